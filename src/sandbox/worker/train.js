// @ts-check
/** Trainings, step by step. */

import { Run } from "./module.js";
import "./names.js";
import { advance, runsOf } from "./runs.js";

/** @typedef {import("./runs.js").Choices} Choices */

const run = runsOf(Run);

/**
 * Goes some way towards a step; tells where that is, and how many
 * milliseconds it took.
 * @param {Choices} choices
 * @param {number} step
 */
export function toward(choices, step) {
  const start = performance.now();
  const { steps } = advance(run(choices), step);
  return { steps, spent: performance.now() - start };
}

/**
 * Returns the matrices of a run's model: their names, where they begin in the
 * list of weights, and their shapes.
 * @param {Choices} choices
 */
export function matrices(choices) {
  const at = run(choices);
  return at.matrices().map((name) => {
    const sheet = at.matrix(name);
    const { first, columns, weights } = sheet;
    sheet.free();
    return { name, first, columns, rows: weights.length / columns };
  });
}

/**
 * What a page shows of a run where it stands.
 * @param {Choices} choices
 * @param {string} name
 */
export function look(choices, name) {
  const at = run(choices);
  const sheet = at.matrix(name);
  const { columns, weights, gradients } = sheet;
  sheet.free();
  return {
    losses: at.losses,
    document: at.document(at.steps),
    next: at.document(at.steps + 1),
    columns, weights, gradients,
    life: at.life,
  };
}

/**
 * Follows a weight; the run goes back to its beginning if it is another.
 * @param {Choices} choices
 * @param {number} weight
 */
export function watch(choices, weight) {
  run(choices).watch(weight);
}

/** @param {Choices} choices @param {string} document */
export function surprise(choices, document) {
  return run(choices).surprise(document);
}

/** @param {Choices} choices @param {number} count @param {number} temperature */
export function names(choices, count, temperature) {
  return run(choices).names(count, temperature);
}

/** @param {Choices} choices */
export function digest(choices) {
  return run(choices).digest();
}
