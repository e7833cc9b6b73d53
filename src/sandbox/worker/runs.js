// @ts-check
/** Runs of training: one for each set of choices, the newest few kept. */

import { STEPS } from "../book.js";
import { Kept } from "./kept.js";

/**
 * The choices of a run. `own` has the reader's documents, `step:document`,
 * apart by spaces. Whoever leads a run from message to message says `who`, and
 * has it for itself.
 * @typedef {{
 *   optimizer: string, rate: number, own: string, who?: string,
 * }} Choices
 */

/**
 * What each module of the crate that can train has as `Run`.
 * @typedef {{
 *   steps: number, advance(steps: number): void, seek(step: number): void,
 *   teach(step: number, document: string): void, free(): void,
 * }} Trained
 */

/** How long a piece of work may take, in milliseconds. */
const PIECE = 8;

/**
 * The runs of one module.
 * @template {Trained} R
 * @param {new (optimizer: string, rate: number) => R} Run
 */
export function runsOf(Run) {
  /** @type {Kept<R>} */
  const runs = new Kept(3);

  /** @param {Choices} choices */
  function begin({ optimizer, rate, own }) {
    if (typeof rate !== "number") {
      throw `a learning rate is a finite number greater than 0, not “${rate}”`;
    }
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
  return ({ optimizer, rate, own, who }) => {
    const choices = { optimizer, rate, own };
    const key = JSON.stringify({ ...choices, who });
    return runs.get(key) ?? runs.add(key, begin(choices));
  };
}

/**
 * Leads a run some way towards a step.
 * @template {Trained} R
 * @param {R} run
 * @param {number} step
 */
export function advance(run, step) {
  if (!Number.isInteger(step)) {
    throw `a step is a whole number, not “${step}”`;
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
