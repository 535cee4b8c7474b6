// ONNX Runtime Web: forward on its wasm backend, one thread.

import * as ort from "onnxruntime-web/wasm";
import { column, normals } from "../data.js";
import { matmulModel, model } from "../onnx.js";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = { wasm: "/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm" };
const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };

class Net {
  constructor(config, batch, session) {
    Object.assign(this, { config, batch, session });
  }

  setBatch({ x, features, head }) {
    const tensor = values => new ort.Tensor("float32", values, [this.batch, values.length / this.batch]);
    const [a, b, c] = [0, 1, 2].map(i => tensor(column(head, i)));
    this.feeds = { x: tensor(x), features: tensor(features), ...(this.config.plain ? {} : { a, b, c }) };
  }

  async forward() {
    return (await this.session.run(this.feeds)).read.data;
  }

  async forwardRun() {
    await this.session.run(this.feeds);
  }

  async dispose() {
    await this.session.release();
  }
}

export default {
  async setup() {},
  /** `file`: the model already written, else it is written from `theta`. */
  async create(config, batch, theta, file) {
    return new Net(config, batch, await ort.InferenceSession.create(file ?? model(config, batch, theta), options));
  },
  async matmul(n) {
    const normal = normals(n);
    const [a, b] = [0, 1].map(() => new ort.Tensor("float32", Float32Array.from({ length: n * n }, normal), [n, n]));
    const session = await ort.InferenceSession.create(matmulModel(n), options);
    return () => session.run({ a, b });
  },
};
