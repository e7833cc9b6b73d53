// @ts-check
/** Runs of training: one for each set of choices, the newest few kept. */

import { STEPS } from "../book.js";
import { Run } from "../wasm/sandbox.js";
import { Kept } from "./kept.js";

/**
 * The choices of a run. `own` has the reader's documents, `step:document`,
 * apart by spaces.
 * @typedef {{
 *   optimizer: string, rate: number, own: string,
 * }} Choices
 */

/** How long a piece of work may take, in milliseconds. */
const PIECE = 8;

/** @type {Kept<Run>} */
const runs = new Kept(3);

/** @param {Choices} choices */
function begin({ optimizer, rate, own }) {
  const run = new Run(optimizer, rate);
  try {
    for (const lesson of own.split(" ").filter(Boolean)) {
      const [step, document] = lesson.split(":");
      run.teach(Number(step), document ?? "");
    }
  } catch (error) {
    run.free();
    throw error;
  }
  return run;
}

/**
 * The run of these choices, from where it was left.
 * @param {Choices} choices
 */
export function run({ optimizer, rate, own }) {
  const choices = { optimizer, rate, own };
  const key = JSON.stringify(choices);
  return runs.get(key) ?? runs.add(key, begin(choices));
}

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
 * The same for other modules of the worker.
 * @param {Run} run
 * @param {number} step
 */
export function advance(run, step) {
  if (!Number.isInteger(step)) {
    throw `a step is a whole number, not ${step}`;
  }
  const end = performance.now() + PIECE;
  if (run.steps > step || step > STEPS) {
    run.seek(step);
  }
  while (run.steps < step && performance.now() < end) {
    run.advance(1);
  }
  return run;
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
