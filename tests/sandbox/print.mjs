// Prints the numbers of a WebAssembly module, the bits of each on a line.
import { readFile } from "node:fs/promises";

const bytes = await readFile(process.argv[2]);
const { instance } = await WebAssembly.instantiate(bytes);
const { count, bits } = instance.exports;
const lines = [];
for (let index = 0; index < count(); index += 1) {
  lines.push(BigInt.asUintN(64, bits(index)).toString());
}
console.log(lines.join("\n"));
