// Bytes of the files of a folder, plain and as brotli -q11 sends them, and of those before the controls answer.
// Data and weights, which hardly shrink, are listed plain.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib"; // quality 11 is its default

const root = process.argv[2];
const index = readFileSync(join(root, "index.html"), "utf8");
let first = 0;
const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
for (const { parentPath, path, name } of files) {
  const file = join(parentPath ?? path, name);
  const bytes = readFileSync(file);
  const packed = /\.(html|js|css|wasm|svg|json|webmanifest)$/.test(name) ? brotliCompressSync(bytes).length : bytes.length;
  if (file === join(root, "index.html") || (/\.(js|css|wasm)$/.test(name) && index.includes(name))) first += packed;
  console.log(String(bytes.length).padStart(10), String(packed).padStart(10), file);
}
console.log(String(first).padStart(21), "before the controls answer");
