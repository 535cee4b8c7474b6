// node benches/startup/driver.mjs DIST [--only bytes,startup,frames,throughput,learning] [--times 7] [--json FILE]
// What a visitor waits for, and whether the page keeps its frames. Needs Chromium (CHROMIUM names another one).
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { frames } from "./frames.mjs";
import { learning } from "./learning.mjs";
import { files, serve } from "./site.mjs";
import { bytes, wanted } from "./stages.mjs";
import { startup, throttled } from "./startup.mjs";
import { throughput } from "./throughput.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "bytes,startup,frames,throughput,learning" },
    times: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const [root] = positionals;
const [only, times] = [values.only.split(","), Number(values.times)];
if (!root || !(times >= 1)) {
  console.error("usage: node benches/startup/driver.mjs DIST [--only bytes,startup,frames,throughput,learning] [--times 7] [--json FILE]");
  process.exit(2);
}

// A training needs the data, sizes need the GPU worker, and neither needs the other.
const all = await files(root, (path) => (only.includes("bytes") || !path.startsWith("worker-gpu")) && (wanted(path) || only.some((it) => it === "frames" || it === "throughput")));
const site = await serve(all);
const result = { load: loadavg() };
console.log(`load of this machine: ${result.load.map((it) => it.toFixed(1)).join(" ")}`);
try {
  if (only.includes("bytes")) result.bytes = bytes(all);
  if (only.includes("startup")) {
    result.startup = await startup(site, all, times);
    result.throttle = await throttled(site);
  }
  if (only.includes("frames")) result.frames = await frames(site, times, 5_000);
  if (only.includes("throughput")) result.throughput = await throughput(site, times);
  if (only.includes("learning")) result.learning = await learning(site, times);
} finally {
  site.close();
}
if (values.json) writeFileSync(values.json, JSON.stringify(result, null, 1));
