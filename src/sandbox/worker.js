// @ts-check
/**
 * The one worker of a page.
 *
 * A question is `module.method`; the module is loaded when it is first asked,
 * and brings the crate along: so much of it as it needs, in one instance.
 */

/** @param {string} question @param {any[]} args */
async function answer(question, args) {
  const [module, method] = question.split(".");
  const methods = await import(`./worker/${module}.js`);
  return methods[method](...args);
}

addEventListener("message", async ({ data: { id, question, args } }) => {
  try {
    postMessage({ id, answer: await answer(question, args) });
  } catch (error) {
    // The crate throws sentences; anything else is the browser's.
    const refusal = typeof error === "string"
      ? error : `this browser cannot run the sandbox (${error})`;
    postMessage({ id, refusal });
  }
});
