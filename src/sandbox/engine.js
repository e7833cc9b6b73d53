// @ts-check
/** The page's side of the worker, in which the crate of the book runs. */

/** @type {Worker | undefined} */
let worker;

/** @type {Map<number, { resolve: Function, reject: Function }>} */
const open = new Map();

let count = 0;

/** What the crate, or the browser, says against a question. */
export class Refusal extends Error {}

/** @param {string} why */
function giveUp(why) {
  open.forEach(({ reject }) => reject(new Refusal(why)));
  open.clear();
}

function start() {
  const url = new URL("worker.js", import.meta.url);
  const started = new Worker(url, { type: "module" });
  started.addEventListener("message", ({ data }) => {
    const { id, answer, refusal } = data;
    const question = open.get(id);
    open.delete(id);
    if (refusal === undefined) {
      question?.resolve(answer);
    } else {
      question?.reject(new Refusal(refusal));
    }
  });
  started.addEventListener("error", (event) => {
    event.preventDefault();
    // The next question tries another.
    worker = undefined;
    giveUp("this browser cannot run the sandbox");
  });
  return started;
}

/**
 * Asks the worker: `module.method` of the folder `worker/`.
 *
 * It is rejected with a `Refusal`, whose message is a sentence.
 * @param {string} question
 * @param {...any} args
 * @returns {Promise<any>}
 */
export function ask(question, ...args) {
  worker ??= start();
  const id = count++;
  return new Promise((resolve, reject) => {
    open.set(id, { resolve, reject });
    worker?.postMessage({ id, question, args });
  });
}
