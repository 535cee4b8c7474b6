// What can be asked of one library: to build networks, to run and time them.

import { counted, counts } from "./counters.js"; // patches WebGPU, so before any library
import { batch, weights } from "./data.js";
import { NETWORKS } from "./networks.js";

const nets = new Map();
const products = new Map();
let contestant;
let name;

/** Least time of one measurement: the clock of a page ticks every 0.1 ms. */
const LEAST = 50;
const RATE = 1e-4;

async function net(network, rows) {
  const key = `${network} ${rows}`;
  if (!nets.has(key)) {
    const config = NETWORKS[network];
    const made = await contestant.create(config, rows, weights(config, 1));
    made.setBatch(batch(rows, 2));
    nets.set(key, made);
  }
  return nets.get(key);
}

// A function that does the job once.
async function job({ kind, network, rows, n }) {
  if (kind === "matmul") {
    if (!products.has(n)) products.set(n, await contestant.matmul(n));
    return products.get(n);
  }
  const made = await net(network, rows);
  return kind === "forward" ? () => made.forwardRun() : () => made.trainRun(RATE);
}

// Milliseconds a run, over at least `least` milliseconds and `runs` runs.
async function timed(task, least, runs) {
  if (task.kind === "matmul" && contestant.product) return inside(task.n, least);
  const run = await job(task);
  const start = performance.now();
  let done = 0;
  let now = start;
  while (done < runs || now - start < least) {
    await run();
    done += 1;
    now = performance.now();
  }
  return (now - start) / done;
}

async function inside(n, least) {
  const once = await contestant.product(n, 1);
  return contestant.product(n, Math.max(1, Math.ceil(least / Math.max(once, 0.01))));
}

export const methods = {
  /** Loads the library; one a thread. */
  async setup(wanted) {
    name = wanted;
    contestant = (await import(`./contestants/${name}.js`)).default;
    await contestant.setup();
  },
  /** Why the library cannot build a network, or nothing. */
  lacks: network => contestant.lacks?.(NETWORKS[network]),
  /** What `task` takes in the long run: engines compile hot code again while it runs. */
  warm: task => timed(task, 1000, 3),
  time: task => timed(task, LEAST, 1),
  /** GFLOP/s of an ideal loop, of as many repeats as the clock needs. */
  async peak() {
    for (let repeats = 1; ; repeats *= 4) {
      const start = performance.now();
      const rate = await contestant.peak(repeats);
      if (performance.now() - start >= LEAST) return rate;
    }
  },
  async check(network, rows, wanted) {
    const made = await net(network, rows);
    const found = {};
    if (wanted.includes("read")) found.read = await made.forward();
    if (wanted.includes("gradient")) found.gradient = await made.gradient();
    if (wanted.includes("adam")) {
      for (let step = 0; step < 2; step++) await made.trainRun(0.01);
      found.adam = await made.theta();
    }
    return found;
  },
  async drop() {
    for (const made of nets.values()) await made.dispose();
    nets.clear();
  },
  /** Calls of WebGPU of one steady run: the difference of six and two runs, each with its batch, waited for at the end. */
  async count(kind, network, rows) {
    const made = await net(network, rows);
    const data = batch(rows, 2);
    const once = async () => {
      made.setBatch(data);
      if (kind === "forward") await made.forward();
      else await (made.enqueue ?? made.trainRun).call(made, RATE);
    };
    const many = async runs => {
      const before = counts();
      for (let i = 0; i < runs; i++) await once();
      await made.sync();
      return counted(before);
    };
    await many(3);
    const few = await many(2);
    const more = await many(6);
    return Object.fromEntries(Object.keys(more).map(key => [key, (more[key] - few[key]) / 4]));
  },
  /** Milliseconds to enqueue one training step, nothing waiting before it. */
  async enqueue(network, rows) {
    const made = await net(network, rows);
    await made.sync();
    const start = performance.now();
    made.trainRun(RATE);
    const spent = performance.now() - start;
    await made.sync();
    return spent;
  },
  /** From nothing to a forward: what a visitor waits for. */
  async cold(wanted, network, rows) {
    const config = NETWORKS[network];
    const files = wanted === "ort" ? `/weights/${network}-${rows}.onnx` : `/weights/${network}.bin`;
    const [, bytes] = await Promise.all([methods.setup(wanted), fetch(files).then(answer => answer.arrayBuffer())]);
    const made =
      name === "ort"
        ? await contestant.create(config, rows, null, new Uint8Array(bytes))
        : await contestant.create(config, rows, new Float32Array(bytes));
    made.setBatch(batch(rows, 2));
    return (await made.forward())[0];
  },
};
