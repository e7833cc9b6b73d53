// The run of the book, as the sandboxes' module makes it: the bits of each loss
// and of each weight, then the names, a line for each.

/** @param {any} module @param {string} list */
export function numbers({ learn_from, Run }, list) {
  learn_from(list);
  const run = new Run("adam", 0.01);
  run.seek(1000);
  const names = run.matrices();
  const weights = names.flatMap((name) => [...run.matrix(name).weights]);
  const all = Float64Array.from([...run.losses, ...weights]);
  return [...new BigUint64Array(all.buffer), ...run.names(20, 0.5)].map(String);
}
