// @ts-check
/** Models that write names, each where its throws of the dice have led it. */

import { BOOK } from "../book.js";
import { Generator, Origin, Run } from "./module.js";
import "./names.js";
import { advance, runsOf } from "./runs.js";

const run = runsOf(Run);

/**
 * What everything follows from: how long the model was trained, the seed, and
 * the throws since.
 * @typedef {{ steps: number, seed: string, drawn: string }} Place
 */

/** How many generators are kept. */
const KEPT = 3;

/** How many throws are repeated in one piece of work. */
const PIECE = 50;

/**
 * A generator, the throws that it has still to repeat to be at its place, and
 * what its present name costs, once that is known.
 * @typedef {{
 *   place: Place, generator: Generator, left: string, costs?: object,
 * }} Kept
 */

/** The newest last. @type {Kept[]} */
let kept = [];

/** @param {Place} place */
function find({ steps, seed, drawn }) {
  return kept.find(({ place }) =>
    place.steps === steps && place.seed === seed && place.drawn === drawn);
}

/** @param {Place} place */
function begin(place) {
  if (advance(run(BOOK), place.steps).steps !== place.steps) {
    return undefined;
  }
  const generator = new Generator(run(BOOK), place.seed);
  /** @type {Kept} */
  const found = { place, generator, left: place.drawn };
  kept.push(found);
  for (const old of kept.splice(0, kept.length - KEPT)) {
    old.generator.free();
  }
  return found;
}

/**
 * Goes some way towards a place; finds nothing before that is reached.
 * @param {Place} place
 */
function reach(place) {
  const found = find(place) ?? begin(place);
  try {
    if (found?.left) {
      found.left = found.generator.replay(found.left, PIECE);
    }
  } catch (error) {
    kept = kept.filter((other) => other !== found);
    found?.generator.free();
    throw error;
  }
  return found?.left === "" ? found : undefined;
}

/**
 * Throws the dice at a place, if that is reached: for a letter, for the same
 * letter again, or for a whole name. Tells all throws so far.
 * @param {Place} place
 * @param {string} temperature
 * @param {"letter" | "again" | "name"} what
 */
export function draw(place, temperature, what) {
  const found = reach(place);
  if (!found) {
    return undefined;
  }
  const { generator } = found;
  try {
    generator[what](temperature);
  } finally {
    found.place = { ...place, drawn: generator.history };
    found.costs = undefined;
  }
  return generator.history;
}

/** The names of the origins, by their numbers. @type {Record<number, string>} */
const NAMES = /** @type {any} */ (Origin);

/** @type {Map<string, string>} */
const origins = new Map();
let steps = -1;

/**
 * Where each name may come from, after so many steps.
 * @param {string[]} names
 * @param {number} after
 */
function originsOf(names, after) {
  if (after !== steps) {
    origins.clear();
    steps = after;
  }
  return names.map((name) => {
    const known = origins.get(name) ?? NAMES[run(BOOK).origin(name, after)];
    origins.set(name, known);
    return known;
  });
}

/** @param {Generator} generator */
function costsOf(generator) {
  const costs = generator.costs();
  const { with: cached, without: anew, same } = costs;
  costs.free();
  return { cached, anew, same };
}

/**
 * What a page shows of a place, if that is reached.
 * @param {Place} place
 * @param {string} temperature
 */
export function look(place, temperature) {
  const found = reach(place);
  if (!found) {
    return undefined;
  }
  const { generator } = found;
  const { read, drawn, finished, names, logits } = generator;
  const probs = generator.probabilities(temperature);
  found.costs ??= costsOf(generator);
  return {
    read, drawn, finished, names, logits, probs,
    ranks: generator.ranks(),
    tokens: generator.tokens(),
    origins: originsOf(names, place.steps),
    costs: found.costs,
  };
}
