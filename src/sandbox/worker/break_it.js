// @ts-check
/** Trainings with one part broken: each part once, as far as it was led. */

import { Bench } from "./module.js";
import "./names.js";

/** How long a piece of work may take, in milliseconds. */
const PIECE = 8;

/** @type {Bench | undefined} */
let bench;

/** @type {Map<string, import("../wasm/sandbox.js").Trial>} */
const trials = new Map();

/** @param {string} part */
function trial(part) {
  bench ??= new Bench();
  const found = trials.get(part) ?? bench.trial(part);
  trials.set(part, found);
  return found;
}

/**
 * Goes some way towards a step; tells whether that is reached, or the step
 * that fails.
 * @param {string} part
 * @param {number} step
 */
export function toward(part, step) {
  const found = trial(part);
  const end = performance.now() + PIECE;
  while (found.steps < step && !found.done && performance.now() < end) {
    found.advance(1);
  }
  return found.steps >= step || found.done;
}

/** The last step that was tried: the one that failed, if any. @param {string} part */
export function steps(part) {
  const { steps, failed } = trial(part);
  return failed ?? steps;
}

/**
 * What a page shows of a training.
 * @param {string} part
 */
export function look(part) {
  const found = trial(part);
  const { losses, first, last, failed, done } = found;
  const names = done && failed === undefined ? found.names() : "";
  return { losses, first, last, failed, names };
}
