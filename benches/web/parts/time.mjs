// Times, interleaved: in every round each contestant once.

import { digits, ratio, shown, spread, table } from "../numbers.mjs";

/** Who takes longer than this, in ms, sits out after three rounds. */
const SLOW = 3000;

async function race(page, names, task, rounds) {
  const times = Object.fromEntries(names.map(name => [name, []]));
  const first = {};
  for (const name of names) first[name] = await page.call(name, "warm", task);
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      if (first[name] < SLOW || round < 3) times[name].push(await page.call(name, "time", task));
    }
  }
  return times;
}

function measured(times) {
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [
    name, { ...spread(list), times: list, ...(times.ours && name !== "ours" && { ratio: ratio(list, times.ours) }) },
  ]));
}

function lines(title, results, extra = () => []) {
  return Object.entries(results).map(([name, r]) => [title, name, shown(r), r.ratio ? shown(r.ratio) : "", ...extra(r)]);
}

/** A forward or a training step of every network at every batch. */
export async function networks(page, contestants, kind, batches, rounds) {
  const results = [];
  for (const network of ["tiny", "small", "mlp"]) {
    const names = contestants.filter(c => c.networks.includes(network) && (kind === "forward" || c.trains)).map(c => c.name);
    for (const rows of batches) {
      results.push({ network, rows, contestants: measured(await race(page, names, { kind, network, rows }, rounds)) });
      console.error(`${kind} ${network}, batch ${rows}: done`);
    }
    for (const name of names) await page.call(name, "drop");
  }
  const head = [kind, "", "ms (least–most)", "× ours"];
  console.log(`\n${table([head, ...results.flatMap(r => lines(`${r.network}, batch ${r.rows}`, r.contestants))])}`);
  return results;
}

/** Matrix products, with the share of what one core could do at best. */
export async function matmul(page, contestants, sizes, rounds) {
  const names = contestants.map(c => c.name);
  const peaks = [];
  const results = [];
  for (const n of sizes) {
    if (names.includes("ours")) {
      for (let i = 0; i < rounds; i++) peaks.push(await page.call("ours", "peak"));
    }
    results.push({ n, contestants: measured(await race(page, names, { kind: "matmul", n }, rounds)) });
  }
  // The best of an ideal loop is what the core can do: the rest is noise of the machine.
  const peak = peaks.length > 0 ? Math.max(...peaks) : NaN;
  const speed = n => r => {
    const rate = (2 * n ** 3) / r.median / 1e6;
    return [digits(rate), `${digits((100 * rate) / peak)} %`];
  };
  const rows = results.flatMap(r => lines(`${r.n}³`, r.contestants, speed(r.n)));
  console.log(`\n${table([["matmul", "", "ms (least–most)", "× ours", "GFLOP/s", "of peak"], ...rows])}\npeak ${digits(peak)} GFLOP/s`);
  return { peaks, results };
}
