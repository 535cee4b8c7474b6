// TensorFlow.js: forward on its wasm backend, everything on its plain JavaScript and its WebGPU backends.

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { entries, read } from "../networks.js";
import { column, normals } from "../data.js";

const ops = {
  add: tf.add,
  mul: tf.mul,
  plus: tf.add,
  times: tf.mul,
  reshape: tf.reshape,
  permute: tf.transpose,
  slice: tf.slice,
  concat: tf.concat,
  matmul: tf.matMul,
  matmulTransposed: (a, b) => tf.matMul(a, b, false, true),
  softmax: tf.softmax,
  silu: x => tf.mul(x, tf.sigmoid(x)),
  // Products of two matrices are its quickest.
  linear(x, weight, bias) {
    const [inputs, outputs] = weight.shape;
    const rows = x.shape.slice(0, -1);
    return tf.reshape(tf.fused.matMul({ a: tf.reshape(x, [-1, inputs]), b: weight, bias }), [...rows, outputs]);
  },
  normalise(x) {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
  },
};

class Net {
  constructor(config, batch, theta) {
    Object.assign(this, { config, batch, step: 0, entries: entries(config) });
    this.state = { theta: tf.tensor1d(theta), m: tf.zeros([theta.length]), v: tf.zeros([theta.length]), ema: tf.tensor1d(theta) };
  }

  setBatch({ x, target, features, head }) {
    if (this.data) tf.dispose(this.data);
    const matrix = values => tf.tensor2d(values, [this.batch, values.length / this.batch]);
    const [a, b, c] = [0, 1, 2].map(i => matrix(column(head, i)));
    this.data = { x: matrix(x), target: matrix(target), features: matrix(features), a, b, c };
  }

  // Kept between forwards: the wasm backend packs the weights it has seen.
  parameters() {
    const part = ({ shape, start }) => tf.reshape(tf.slice(this.state.theta, [start], [shape.reduce((a, b) => a * b)]), shape);
    return (this.kept ??= tf.tidy(() => this.entries.map(entry => tf.keep(part(entry)))));
  }

  read(parameters) {
    const named = Object.fromEntries(this.entries.map(({ name }, i) => [name, parameters[i]]));
    return read(ops, this.config, this.batch, named, this.data);
  }

  flatGradient() {
    const loss = (...parameters) => tf.mean(tf.square(tf.sub(this.read(parameters), this.data.target)));
    const { grads } = tf.valueAndGrads(loss)(this.parameters());
    return tf.concat(grads.map(g => tf.reshape(g, [-1])));
  }

  async forward() {
    return this.taken(tf.tidy(() => this.read(this.parameters())));
  }

  async gradient() {
    return this.taken(tf.tidy(() => this.flatGradient()));
  }

  async theta() {
    return this.state.theta.data();
  }

  async taken(tensor) {
    const values = await tensor.data();
    tensor.dispose();
    return values;
  }

  forwardRun() {
    tf.tidy(() => this.read(this.parameters())).dispose();
  }

  // crates/model/src/adam.rs
  trainRun(rate) {
    const step = ++this.step;
    const old = this.state;
    this.state = tf.tidy(() => {
      const gradient = this.flatGradient();
      const g = tf.div(gradient, tf.maximum(tf.sqrt(tf.sum(tf.square(gradient))), 1));
      const m = tf.add(tf.mul(old.m, 0.9), tf.mul(g, 0.1));
      const v = tf.add(tf.mul(old.v, 0.99), tf.mul(tf.square(g), 0.01));
      const root = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - 0.99 ** step)), 1e-8);
      const theta = tf.sub(old.theta, tf.mul(tf.div(m, root), rate / (1 - 0.9 ** step)));
      const decay = Math.min(0.999, (1 + step) / (10 + step));
      const ema = tf.add(tf.mul(old.ema, decay), tf.mul(theta, 1 - decay));
      return { theta, m, v, ema };
    });
    tf.dispose([old, this.kept]);
    this.kept = undefined;
  }

  async sync() {
    await this.taken(tf.slice(this.state.theta, [0], [1]));
  }

  dispose() {
    tf.dispose([this.state, this.kept, this.data]);
  }
}

/** The contestant on a backend that is registered. */
export function contestant(backend) {
  return {
    async setup() {
      if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
      await tf.ready();
    },
    create: async (config, batch, theta) => new Net(config, batch, theta),
    matmul(n) {
      const normal = normals(n);
      const [a, b] = [0, 1].map(() => tf.tensor2d(Float32Array.from({ length: n * n }, normal), [n, n]));
      return () => tf.matMul(a, b).dispose();
    },
  };
}
