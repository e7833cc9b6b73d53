// @ts-check
/** Texts as tokens. */

import { Alphabet } from "./module.js";
import "./names.js";

/** @type {Alphabet | undefined} */
let made;

function alphabet() {
  made ??= new Alphabet();
  return made;
}

/**
 * The ids of a text, and what stands for each.
 * @param {string} text
 */
export function encode(text) {
  const ids = alphabet().encode(text);
  return {
    ids, tokens: alphabet().tokens(ids), blockSize: alphabet().block_size,
  };
}

/**
 * A text in pieces: each second one is a character that has no id.
 * @param {string} text
 */
export function unknown(text) {
  return alphabet().unknown(text);
}
