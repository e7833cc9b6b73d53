// @ts-check
/** Models that have read a word, the newest few kept open. */

import { Inside, Run } from "./module.js";
import "./names.js";
import { Kept } from "./kept.js";
import { advance, runsOf } from "./runs.js";

/** @typedef {import("./runs.js").Choices} Choices */

const run = runsOf(Run);

/** @type {Kept<Inside>} */
const open = new Kept(4);

/** @param {Choices} choices @param {number} step @param {string} word */
const keyOf = ({ optimizer, rate, own }, step, word) =>
  JSON.stringify([optimizer, rate, own, step, word]);

/** @param {Inside} inside @param {number} position */
function stagesOf(inside, position) {
  return inside.stages(position).map((shown) => {
    const { part, name, from, heads, numbers } = shown;
    shown.free();
    return { part, name, from, heads, numbers };
  });
}

/**
 * Lets the model of a run read a word, once the run has come to the step: till
 * then the answer tells how far it is, and the page asks again.
 * @param {Choices} choices
 * @param {number} step
 * @param {string} word
 */
export function read(choices, step, word) {
  const at = advance(run(choices), step);
  if (at.steps !== step) {
    return { steps: at.steps };
  }
  const key = keyOf(choices, step, word);
  const inside = open.add(key, new Inside(at, word));
  const { letters, alphabet } = inside;
  const places = letters.map((_, position) => stagesOf(inside, position));
  const last = letters.length - 1;
  const { heads } = places[0].find(({ name }) => name === "weights") ?? { heads: 0 };
  const cache = Array.from({ length: heads }, (_, head) => ({
    keys: inside.keys(last, head), values: inside.values(last, head),
  }));
  return { letters, alphabet, places, cache };
}

/**
 * The computation behind one number of a stage.
 * @param {Choices} choices
 * @param {number} step
 * @param {string} word
 * @param {number} position
 * @param {number} stage
 * @param {number} index
 */
export function cell(choices, step, word, position, stage, index) {
  const key = keyOf(choices, step, word);
  if (!open.get(key) && !read(choices, step, word).letters) {
    return null;
  }
  const found = /** @type {Inside} */ (open.get(key)).cell(position, stage, index);
  const { kind, left_name, right_name, left, right, products, sum, value } = found;
  found.free();
  return { kind, left_name, right_name, left, right, products, sum, value };
}
