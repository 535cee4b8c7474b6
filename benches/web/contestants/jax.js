// jax-js: everything compiled by its `jit`, the parameters a list of arrays as its optimisers have them (a flat θ
// would cost it a gather over all parts at every element).

import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { entries, read } from "../networks.js";
import { column, normals } from "../data.js";

// Its functions consume their arguments unless a reference is added; while `jit` traces, one too many costs nothing.
const ops = {
  add: (a, b) => np.add(a.ref, b.ref),
  mul: (a, b) => np.multiply(a.ref, b.ref),
  plus: (a, number) => np.add(a.ref, number),
  times: (a, number) => np.multiply(a.ref, number),
  reshape: (x, shape) => np.reshape(x.ref, shape),
  permute: (x, order) => np.transpose(x.ref, order),
  slice: (x, start, sizes) => x.ref.slice(...start.map((from, i) => [from, from + sizes[i]])),
  concat: (list, axis) => np.concatenate(list.map(x => x.ref), axis),
  matmul: (a, b) => np.matmul(a.ref, b.ref),
  matmulTransposed: (a, b) => np.matmul(a.ref, np.matrixTranspose(b.ref)),
  softmax: x => nn.softmax(x.ref, -1),
  silu: x => nn.silu(x.ref),
  // Products of two matrices are a little quicker in it than with a batch in front.
  linear(x, weight, bias) {
    const [inputs, outputs] = weight.shape;
    const rows = x.shape.slice(0, -1);
    return np.add(np.matmul(x.ref.reshape([-1, inputs]), weight.ref), bias.ref).reshape([...rows, outputs]);
  },
  normalise: x => nn.standardize(x.ref, -1),
};

const PARTS = ["x", "features", "a", "b", "c"];

class Net {
  constructor(config, batch, theta) {
    Object.assign(this, { config, batch, step: 0, entries: entries(config) });
    const arrays = fill => this.entries.map(e => np.array(fill(e)).reshape(e.shape));
    const size = e => e.shape.reduce((a, b) => a * b);
    const part = e => theta.slice(e.start, e.start + size(e));
    const zero = e => new Float32Array(size(e));
    this.state = { theta: arrays(part), m: arrays(zero), v: arrays(zero), ema: arrays(part) };
    const named = parameters => Object.fromEntries(this.entries.map(({ name }, i) => [name, parameters[i]]));
    const forward = (parameters, data) => read(ops, config, batch, named(parameters), data);
    const loss = (parameters, data) => np.mean(np.square(np.subtract(forward(parameters, data), data.target.ref)));
    this.forwardJit = jit(forward);
    this.gradientJit = jit((parameters, data) => valueAndGrad(loss)(parameters, data));
    this.stepJit = jit((state, data, numbers) => adam(state, valueAndGrad(loss)(state.theta.map(p => p.ref), data)[1], numbers));
  }

  setBatch({ x, target, features, head }) {
    const matrix = values => np.array(values, { shape: [this.batch, values.length / this.batch] });
    const [a, b, c] = [0, 1, 2].map(i => matrix(column(head, i)));
    if (this.data) Object.values(this.data).forEach(part => part.dispose());
    this.data = { x: matrix(x), features: matrix(features), a, b, c, target: matrix(target) };
  }

  // References of their own: what is handed to a compiled function is gone.
  parameters() {
    return this.state.theta.map(p => p.ref);
  }

  inputs(parts = PARTS) {
    return Object.fromEntries(parts.map(part => [part, this.data[part].ref]));
  }

  async forward() {
    return this.forwardJit(this.parameters(), this.inputs()).data();
  }

  async gradient() {
    const [loss, gradient] = this.gradientJit(this.parameters(), this.inputs([...PARTS, "target"]));
    loss.dispose();
    return joined(gradient);
  }

  async theta() {
    return joined(this.parameters());
  }

  async forwardRun() {
    const out = await this.forwardJit(this.parameters(), this.inputs()).blockUntilReady();
    out.dispose();
  }

  enqueue(rate) {
    const step = ++this.step;
    const decay = Math.min(0.999, (1 + step) / (10 + step));
    const numbers = np.array([rate / (1 - 0.9 ** step), Math.sqrt(1 - 0.99 ** step), decay]);
    this.state = this.stepJit(this.state, this.inputs([...PARTS, "target"]), numbers);
  }

  async trainRun(rate) {
    this.enqueue(rate);
    await this.sync();
  }

  async sync() {
    await blockUntilReady(this.state);
  }

  dispose() {
    Object.values(this.state).flat().forEach(part => part.dispose());
    Object.values(this.data ?? {}).forEach(part => part.dispose());
  }
}

// crates/model/src/adam.rs, part by part; numbers: the rate over the first correction, the root of the second, the decay.
function adam(state, gradient, numbers) {
  const number = i => numbers.ref.slice(i);
  const square = x => np.square(x.ref);
  const norm = np.sqrt(gradient.map(g => np.sum(square(g))).reduce((a, b) => np.add(a, b)));
  const scale = np.divide(1, np.maximum(norm, 1));
  const next = { theta: [], m: [], v: [], ema: [] };
  gradient.forEach((raw, i) => {
    const g = np.multiply(raw, scale.ref);
    const m = np.add(np.multiply(state.m[i], 0.9), np.multiply(g.ref, 0.1));
    const v = np.add(np.multiply(state.v[i], 0.99), np.multiply(square(g), 0.01));
    const root = np.add(np.divide(np.sqrt(v.ref), number(1)), 1e-8);
    const theta = np.subtract(state.theta[i], np.multiply(np.divide(m.ref, root), number(0)));
    const ema = np.add(np.multiply(state.ema[i], number(2)), np.multiply(theta.ref, np.subtract(1, number(2))));
    next.theta.push(theta), next.m.push(m), next.v.push(v), next.ema.push(ema);
  });
  return next;
}

async function joined(arrays) {
  const values = [];
  for (const array of arrays) values.push(await array.data());
  const all = new Float32Array(values.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of values) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/** The contestant on one of its devices. */
export function contestant(device) {
  return {
    async setup() {
      if (!(await init(device)).includes(device)) throw new Error(`jax-js has no ${device} here`);
      defaultDevice(device);
    },
    create: async (config, batch, theta) => new Net(config, batch, theta),
    matmul(n) {
      const normal = normals(n);
      const [a, b] = [0, 1].map(() => np.array(Float32Array.from({ length: n * n }, normal), { shape: [n, n] }));
      const product = jit((a, b) => np.matmul(a, b));
      return async () => (await product(a.ref, b.ref).blockUntilReady()).dispose();
    },
  };
}
