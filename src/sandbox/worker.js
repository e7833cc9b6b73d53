// @ts-check
/**
 * The one worker of a page, with the one instance of the crate.
 *
 * A question is `module.method`; the module is loaded when it is first asked.
 */

import init from "./wasm/sandbox.js";

const ready = init({
  module_or_path: new URL("./wasm/sandbox_bg.wasm", import.meta.url),
});

/** @param {string} question @param {any[]} args */
async function answer(question, args) {
  await ready;
  const [module, method] = question.split(".");
  const methods = await import(`./worker/${module}.js`);
  return methods[method](...args);
}

addEventListener("message", async ({ data: { id, question, args } }) => {
  try {
    postMessage({ id, answer: await answer(question, args) });
  } catch (error) {
    // The crate throws sentences; anything else is the browser's.
    const refusal = typeof error === "string" ? error : String(error);
    postMessage({ id, refusal });
  }
});
