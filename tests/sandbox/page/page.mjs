// Asks the server for the numbers of the module in this folder, some at a time:
// the server notes what it was asked for.
import { numbers } from "./numbers.mjs";
import init, * as sandbox from "./sandbox.mjs";

async function lines() {
  try {
    const list = await (await fetch("names.txt")).text();
    await init();
    return numbers(sandbox, list);
  } catch (error) {
    return [String(error)];
  }
}

const found = await lines();
while (found.length > 0) {
  const some = found.splice(0, 50).map(encodeURIComponent);
  await fetch(`found?${some.join("&")}`);
}
await fetch("done");
