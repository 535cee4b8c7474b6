// Weights and batches for all contestants, from a seed.

import { entries, parameters, size, FEATURES } from "./networks.js";

/** Uniform numbers in (0, 1): mulberry32. */
function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (((z ^ (z >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** N(0, 1) by Box and Muller. */
export function normals(seed) {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** θ of a network, no part of it zero. */
export function weights(config, seed) {
  const normal = normals(seed);
  const theta = new Float32Array(parameters(config));
  for (const entry of entries(config)) {
    for (let i = 0; i < size(entry); i++) theta[entry.start + i] = entry.std * normal();
  }
  return theta;
}

/** A batch with the condition of crates/model/src/condition.rs on the linear path: { x, target, features, head }. */
export function batch(rows, seed) {
  const normal = normals(seed);
  const uniform = uniforms(seed + 1);
  const fill = count => Float32Array.from({ length: count }, normal);
  const features = new Float32Array(rows * FEATURES);
  const head = new Float32Array(rows * 3);
  const s = 0.962;
  for (let row = 0; row < rows; row++) {
    const t = uniform();
    for (let k = 0; k < 16; k++) {
      const angle = t * 1.57 * 80 ** (k / 15);
      features[row * FEATURES + 2 * k] = Math.sin(angle);
      features[row * FEATURES + 2 * k + 1] = Math.cos(angle);
    }
    features[row * FEATURES + 32 + Math.floor(uniform() * 11)] = 1;
    // alpha = t, sigma = 1 - t: v = (t s)² + (1 - t)², a = (t s² - (1 - t)) / v, b = s / sqrt(v), c = 1 / sqrt(v)
    const v = (t * s) ** 2 + (1 - t) ** 2;
    head.set([(t * s * s - (1 - t)) / v, s / Math.sqrt(v), 1 / Math.sqrt(v)], 3 * row);
  }
  return { x: fill(rows * 784), target: fill(rows * 784), features, head };
}

/** Column `i` of the head, [rows]. */
export function column(head, i) {
  return Float32Array.from({ length: head.length / 3 }, (_, row) => head[3 * row + i]);
}
