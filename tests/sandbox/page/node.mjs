// Prints the numbers of the module in this folder: node node.mjs NAMES
import { readFile } from "node:fs/promises";
import { numbers } from "./numbers.mjs";
import init, * as sandbox from "./sandbox.mjs";

const bytes = await readFile(new URL("sandbox_bg.wasm", import.meta.url));
await init({ module_or_path: bytes });
const list = await readFile(process.argv[2], "utf8");
console.log(numbers(sandbox, list).join("\n"));
