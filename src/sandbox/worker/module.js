// @ts-check
/** The crate of the book, compiled to WebAssembly: one instance for the page. */

import init from "../wasm/sandbox.js";

await init();

export * from "../wasm/sandbox.js";
