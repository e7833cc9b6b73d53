// @ts-check
/** The list of names, which is a file of the book: the crate learns from it. */

import { learn_from } from "./module.js";

const list = await fetch(new URL("../../../names.txt", import.meta.url));
if (!list.ok) {
  throw "the list of names can't be loaded";
}
learn_from(await list.text());
