// What each library asks of WebGPU for one steady step, and how long ours takes to ask. The adapter is a software
// one: its times say nothing, the counts and the time to enqueue do.

import { writeFile } from "node:fs/promises";
import { digits, shown, spread, table } from "../numbers.mjs";

const ROWS = 4;

/** Counts of a training step and a forward of every contestant and network. */
export async function counters(page, contestants) {
  const results = [];
  for (const { name, networks } of contestants) {
    for (const network of networks) {
      for (const kind of ["train", "forward"]) {
        results.push({ kind, network, contestant: name, counts: await page.call(name, "count", kind, network, ROWS) });
        console.error(`counted ${name} ${network} ${kind}`);
      }
      await page.call(name, "drop");
    }
  }
  const keys = Object.keys(results[0].counts);
  for (const kind of ["train", "forward"]) {
    const chosen = results.filter(r => r.kind === kind);
    const head = [`a ${kind === "train" ? "training step" : "forward with its read-back"}, batch ${ROWS}`, ...chosen.map(r => `${r.contestant} ${r.network}`)];
    console.log(`\n${table([head, ...keys.map(key => [key, ...chosen.map(r => digits(r.counts[key]))])])}`);
  }
  return results;
}

/** The time in wasm and JavaScript to enqueue a training step, and where it goes. */
export async function enqueue(browser, base, contestants, counted, rounds, folder) {
  const results = [];
  for (const { name, networks } of contestants) {
    for (const network of networks) {
      const page = await browser.newPage();
      page.setDefaultTimeout(0);
      await page.goto(`${base}/site/profile.html`);
      await page.waitForFunction(() => window.steps);
      await page.evaluate(([name, network, rows]) => window.prepare(name, network, rows), [name, network, ROWS]);
      const steps = () => page.evaluate(([network, rows, n]) => window.steps(network, rows, n), [network, ROWS, rounds]);
      const times = await steps();
      const profile = await profiled(page, steps);
      await writeFile(`${folder}/${name}-${network}.cpuprofile`, JSON.stringify(profile));
      const { dispatches } = counted.find(r => r.contestant === name && r.network === network && r.kind === "train").counts;
      results.push({ contestant: name, network, ...spread(times), times, dispatches, hot: hottest(profile, rounds) });
      await page.close();
    }
  }
  const rows = results.map(r => [`${r.contestant} ${r.network}`, shown(r), digits((1000 * r.median) / r.dispatches)]);
  console.log(`\n${table([["to enqueue a training step", "ms (least–most)", "µs a dispatch"], ...rows])}`);
  for (const { contestant, network, hot } of results) {
    const lines = hot.map(({ name, ms }) => [name.slice(0, 100), digits(ms)]);
    console.log(`\n${table([[`${contestant} ${network}, function itself`, "ms a step"], ...lines])}`);
  }
  return results;
}

async function profiled(page, steps) {
  const session = await page.context().newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 100 });
  await session.send("Profiler.start");
  await steps();
  return (await session.send("Profiler.stop")).profile;
}

// The functions in which most time is spent themselves, in milliseconds a step, waiting left out.
function hottest({ nodes, samples, timeDeltas }, steps) {
  const names = new Map(nodes.map(node => [node.id, node.callFrame.functionName || `(anonymous ${node.callFrame.url.split("/").at(-1)})`]));
  const spent = new Map();
  samples.forEach((id, i) => spent.set(names.get(id), (spent.get(names.get(id)) ?? 0) + timeDeltas[i] / 1000 / steps));
  const list = [...spent].map(([name, ms]) => ({ name, ms })).filter(({ name }) => !["(idle)", "(program)", "(root)"].includes(name));
  return list.sort((a, b) => b.ms - a.ms).slice(0, 25);
}
