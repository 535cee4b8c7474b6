// node drive.mjs [--only matmul,forward,train,gpu,cold] [--with ours,jax-wasm] [--rounds 7]
//                [--out results.json] [--folder built]
// Compares our wasm with other libraries in one headless Chromium, one thread each, every library in a module worker.

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { launch, open, serve } from "./browser.mjs";
import { weights, batch } from "./data.js";
import { NETWORKS } from "./networks.js";
import { model } from "./onnx.js";
import { check, REFERENCE } from "./parts/check.mjs";
import { cold } from "./parts/cold.mjs";
import { counters, enqueue } from "./parts/gpu.mjs";
import { matmul, networks } from "./parts/time.mjs";

const here = import.meta.dirname;
const PARTS = ["matmul", "forward", "train", "gpu", "cold"];
const { values } = parseArgs({ options: {
  only: { type: "string", default: PARTS.join() },
  with: { type: "string" },
  rounds: { type: "string", default: "7" },
  out: { type: "string", default: "results.json" },
  folder: { type: "string", default: resolve(here, "..") },
} });
const wanted = values.only.split(",");
const rounds = Number(values.rounds);
const strange = wanted.filter(part => !PARTS.includes(part));
if (strange.length > 0 || !(rounds >= 1)) {
  console.error(`drive.mjs: --only takes some of ${PARTS.join()}, --rounds a number from 1`);
  process.exit(2);
}

const ALL = Object.keys(NETWORKS);
const SHIPPED = ["tiny", "small"];
const CPU = [
  { name: "ours", trains: true, networks: ALL, pkg: "pkg" },
  { name: "jax-wasm", trains: true, networks: ALL },
  { name: "tf-wasm", trains: true, networks: ALL },
  { name: "ort", trains: false, networks: ALL },
  { name: "tf-cpu", trains: true, networks: ALL },
];
const GPU = [
  { name: "ours-gpu", trains: true, networks: SHIPPED, pkg: "pkg-gpu" },
  { name: "jax-gpu", trains: true, networks: SHIPPED },
  { name: "tf-gpu", trains: true, networks: SHIPPED },
];

await build({
  absWorkingDir: here, entryPoints: ["worker.js", "page.js", "profile.js"], bundle: true, splitting: true, minify: true,
  format: "esm", platform: "browser", target: "es2022", outdir: resolve(values.folder, "site"), logLevel: "error",
});
await mkdir(resolve(values.folder, "site"), { recursive: true });
for (const file of ["index.html", "profile.html"]) await writeFile(resolve(values.folder, "site", file), await readFile(resolve(here, file)));

const made = new Map();
for (const network of SHIPPED) {
  const theta = weights(NETWORKS[network], 1);
  made.set(`/weights/${network}.bin`, Buffer.from(theta.buffer));
  made.set(`/weights/${network}-16.onnx`, Buffer.from(model(NETWORKS[network], 16, theta)));
}
const chosen = list => list.filter(({ name }) => !values.with || values.with.split(",").includes(name));
const server = await serve(values.folder, made);
const browser = await launch();
const results = { browser: browser.version(), date: new Date().toISOString(), rounds };

// Loads those that are there; says who is not.
async function present(page, contestants) {
  const there = [];
  for (const contestant of contestants) {
    if (contestant.pkg && !existsSync(resolve(values.folder, contestant.pkg, "bench.js"))) {
      console.log(`${contestant.name} is not built (no ${contestant.pkg}/bench.js): going on without it`);
      continue;
    }
    await page.call(contestant.name, "setup", contestant.name);
    const offered = [];
    for (const network of contestant.networks) {
      const why = await page.call(contestant.name, "lacks", network);
      if (why && SHIPPED.includes(network)) throw new Error(`${contestant.name} cannot build ${network}: ${why}`);
      if (why) console.log(`${contestant.name} goes without ${network}: ${why}`);
      else offered.push(network);
    }
    there.push({ ...contestant, networks: offered });
  }
  return there;
}

try {
  console.log(`Chromium ${results.browser}, ${rounds} rounds, medians; × ours above 1: ours is faster`);
  if (wanted.some(part => part !== "gpu")) {
    const page = await open(browser, server.base);
    await page.call(REFERENCE, "setup", REFERENCE);
    const contestants = await present(page, chosen(CPU));
    results.check = await check(page, contestants, 4);
    if (wanted.includes("matmul")) results.matmul = await matmul(page, contestants, [256, 512], rounds);
    if (wanted.includes("forward")) results.forward = await networks(page, contestants, "forward", [1, 16, 64], rounds);
    if (wanted.includes("train")) results.train = await networks(page, contestants, "train", [32, 64], rounds);
    await page.close();
    const visited = contestants.filter(c => c.name !== REFERENCE);
    if (wanted.includes("cold")) results.cold = await cold(browser, server, visited, rounds);
  }
  if (wanted.includes("gpu")) {
    const page = await open(browser, server.base);
    const contestants = await present(page, chosen(GPU));
    await page.call(REFERENCE, "setup", REFERENCE);
    results.checkGpu = await check(page, contestants, 2);
    results.counters = await counters(page, contestants);
    await page.close();
    // jax-js enqueues while it is waited for, so its share cannot be told apart.
    const told = contestants.filter(c => c.name !== "jax-gpu");
    results.enqueue = await enqueue(browser, server.base, told, results.counters, rounds, values.folder);
  }
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
  await mkdir(dirname(resolve(values.out)), { recursive: true });
  await writeFile(values.out, JSON.stringify(results, null, 1));
  console.log(`\n${values.out}`);
}
