// The page's side of the workers.

import { NETWORKS } from "./networks.js";
import { weights } from "./data.js";

const workers = new Map();
let calls = 0;

/** Calls `method` of the worker of a contestant, started if it was not. */
export function call(contestant, method, ...args) {
  if (!workers.has(contestant)) workers.set(contestant, start(contestant));
  const { worker, waiting } = workers.get(contestant);
  return new Promise((resolve, reject) => {
    const id = calls++;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, method, args });
  });
}

function start(contestant) {
  const worker = new Worker("/site/worker.js", { type: "module", name: contestant });
  const waiting = new Map();
  worker.onmessage = ({ data: { id, error, value } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(value);
  };
  worker.onerror = event => waiting.forEach(({ reject }) => reject(new Error(event.message || "the worker did not start")));
  return { worker, waiting };
}

/** Ends the worker of a contestant. */
export function end(contestant) {
  workers.get(contestant)?.worker.terminate();
  workers.delete(contestant);
}

const references = new Map();

/** How far a contestant is from `reference` in the read, the gradient and θ after two steps of Adam: { quantity: deviation }. */
export async function compare(reference, contestant, network, rows, wanted) {
  const key = `${reference} ${network} ${rows}`;
  if (!references.has(key)) {
    references.set(key, await call(reference, "check", network, rows, ["read", "gradient", "adam"]));
  }
  const right = references.get(key);
  const found = await call(contestant, "check", network, rows, wanted);
  const start = weights(NETWORKS[network], 1);
  return Object.fromEntries(wanted.map(what => [
    what, what === "adam" ? moved(found.adam, right.adam, start) : deviation(found[what], right[what]),
  ]));
}

// max |found - right| / max |right|; not a number where anything is not finite.
function deviation(found, right) {
  if (found.length !== right.length) return NaN;
  let [worst, largest] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - right[i]));
    largest = Math.max(largest, Math.abs(right[i]));
  }
  return worst / largest;
}

// Σ |found - right| / Σ |right - start|: single parts with a gradient near zero may go either way under Adam.
function moved(found, right, start) {
  let [apart, way] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    apart += Math.abs(found[i] - right[i]);
    way += Math.abs(right[i] - start[i]);
  }
  return apart / way;
}
