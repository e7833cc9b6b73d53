// @ts-check
/** Expressions on a tape. */

import { Expression, Mistake } from "./module.js";

/** What variables begin with, if nobody says otherwise. */
const FIRST = [2, 3, 0.5, 1.5, 1, 4, 2.5, 0.75];

/**
 * Computes an expression and walks back so many times. What is wrong with it
 * comes back as a sentence and the index of a character.
 * The variables and their numbers are beside it if the text itself is right.
 * @param {string} text
 * @param {Record<string, number>} known the values of some variables
 * @param {number} rounds
 */
export function graph(text, known, rounds) {
  let expression, variables, at;
  try {
    expression = new Expression(text);
    variables = expression.variables;
    at = variables.map((name, index) =>
      Object.hasOwn(known, name) ? known[name] : FIRST[index]);
    const graph = expression.graph(Float64Array.from(at), rounds);
    const { labels, names, nodes, edges, steps, tried, result, apart } = graph;
    graph.free();
    return {
      variables, at, labels, names, nodes, edges, steps, tried, result, apart,
    };
  } catch (mistake) {
    if (!(mistake instanceof Mistake)) {
      throw mistake;
    }
    const { sentence, at: place } = mistake;
    mistake.free();
    return { sentence, place, variables, at };
  } finally {
    expression?.free();
  }
}
