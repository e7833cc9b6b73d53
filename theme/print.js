// The page of the whole book asks for paper.
"use strict";

addEventListener("load", () => setTimeout(() => print(), 100));
