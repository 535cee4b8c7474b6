// Which files a visitor waits for, stage by stage.
import { table } from "./numbers.mjs";

const SHIPPED = "weights/mnist.safetensors";

/** True of a file that some stage needs; the data sets come later, while a training begins. */
export const wanted = (path) => !path.startsWith("data/");

/** [name, paths] of each stage; the paths of the later ones are what comes on top. */
export function stages(files) {
  const index = files.get("index.html")?.plain.toString();
  if (!index) throw new Error("the folder holds no index.html: build it with make dist");
  const page = [...files.keys()].filter((path) => /\.(js|wasm)$/.test(path) && index.includes(path));
  const workers = (name) => [`${name}_loader.js`, `${name}.js`, `${name}_bg.wasm`];
  return [
    ["before first paint", ["index.html"]],
    ["until interactive", page],
    ["until the first sample on the CPU", [...workers("worker"), SHIPPED]],
    ["until the first sample on a GPU", [...workers("worker-gpu"), SHIPPED]],
  ];
}

/** Bytes of each stage, alone and with all that comes before it; the GPU's comes in place of the CPU's. */
export function bytes(files) {
  const size = (paths, kind) => paths.reduce((sum, path) => sum + files.get(path)[kind].length, 0);
  const rows = [];
  let before = [];
  for (const [name, paths] of stages(files)) {
    const all = [...before, ...paths];
    const [own, sum] = [paths, all].map((these) => ({ brotli: size(these, "brotli"), gzip: size(these, "gzip") }));
    rows.push({ name, paths, own, sum });
    if (!name.includes("sample")) before = all;
  }
  const count = (n) => n.toLocaleString("en");
  table(
    "Bytes",
    ["stage", "brotli q11", "in all", "gzip -9", "in all"],
    rows.map(({ name, own, sum }) => [name, ...[own.brotli, sum.brotli, own.gzip, sum.gzip].map(count)]),
  );
  return rows;
}
