// A network as an ONNX file: the operations note nodes of a graph, which is then written as protobuf
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the numbers below are its field numbers).

import { entries, read, size, FEATURES } from "./networks.js";

const FLOAT = 1;
const INT64 = 7;

/** The bytes of the model of `config` with weights `theta`; inputs x, features, a, b, c, output read. */
export function model(config, batch, theta) {
  const graph = new Graph();
  const parameters = entries(config).map(e => [e.name, graph.constant(e.shape, theta.slice(e.start, e.start + size(e)))]);
  const named = Object.fromEntries(parameters);
  const columns = config.plain ? { x: 784, features: FEATURES } : { x: 784, features: FEATURES, a: 1, b: 1, c: 1 };
  const inputs = Object.entries(columns).map(([name, width]) => [name, { name, shape: [batch, width] }]);
  const output = read(graph.operations(), config, batch, named, Object.fromEntries(inputs));
  return graph.bytes(inputs.map(([, value]) => value), output);
}

class Graph {
  nodes = [];
  initializers = [];
  count = 0;

  constant(shape, values) {
    const name = `c${this.count++}`;
    const type = values instanceof BigInt64Array ? INT64 : FLOAT;
    this.initializers.push(message([
      ...shape.map(n => int(1, n)), int(2, type), text(8, name), bytes(9, new Uint8Array(values.buffer)),
    ]));
    return { name, shape };
  }

  node(type, inputs, shape, attributes = {}) {
    const name = `v${this.count++}`;
    const fields = Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value)));
    this.nodes.push(message([...inputs.map(x => text(1, x.name)), text(2, name), text(3, name), text(4, type), ...fields]));
    return { name, shape };
  }

  operations() {
    const node = this.node.bind(this);
    const integers = list => this.constant([list.length], BigInt64Array.from(list, BigInt));
    const number = value => this.constant([], Float32Array.of(value));
    const wide = (a, b) => (a.shape.length < b.shape.length ? b.shape : a.shape.map((n, i) => Math.max(n, b.shape.at(i - a.shape.length) ?? 1)));
    const permute = (x, perm) => node("Transpose", [x], perm.map(i => x.shape[i]), { perm });
    const matmul = (a, b) => node("MatMul", [a, b], [...a.shape.slice(0, -1), b.shape.at(-1)]);
    const add = (a, b) => node("Add", [a, b], wide(a, b));
    const mul = (a, b) => node("Mul", [a, b], wide(a, b));
    return {
      add, mul, permute, matmul,
      plus: (a, value) => add(a, number(value)),
      times: (a, value) => mul(a, number(value)),
      reshape: (x, shape) => node("Reshape", [x, integers(shape)], shape),
      slice: (x, start, sizes) =>
        node("Slice", [x, integers(start), integers(start.map((from, i) => from + sizes[i])), integers(start.map((_, i) => i))], sizes),
      concat: (list, axis) =>
        node("Concat", list, list[0].shape.map((n, i) => (i === axis ? list.reduce((sum, x) => sum + x.shape[i], 0) : n)), { axis }),
      matmulTransposed: (a, b) => matmul(a, permute(b, [...b.shape.keys()].slice(0, -2).concat([b.shape.length - 1, b.shape.length - 2]))),
      softmax: x => node("Softmax", [x], x.shape, { axis: -1 }),
      silu: x => mul(x, node("Sigmoid", [x], x.shape)),
      linear: (x, weight, bias) => add(matmul(x, weight), bias),
      normalise: x => {
        const ones = this.constant([x.shape.at(-1)], new Float32Array(x.shape.at(-1)).fill(1));
        return node("LayerNormalization", [x, ones], x.shape, { axis: -1, epsilon: 1e-5 });
      },
    };
  }

  bytes(inputs, output) {
    const last = this.node("Identity", [output], output.shape);
    this.nodes.push(message([text(1, last.name), text(2, "read"), text(4, "Identity")]));
    const graph = message([
      ...this.nodes.map(node => bytes(1, node)),
      text(2, "network"),
      ...this.initializers.map(tensor => bytes(5, tensor)),
      ...inputs.map(value => bytes(11, described(value))),
      bytes(12, described({ name: "read", shape: output.shape })),
    ]);
    return message([int(1, 8), bytes(7, graph), bytes(8, message([int(2, 17)]))]);
  }
}

function described({ name, shape }) {
  const dimensions = message(shape.map(n => bytes(1, message([int(1, n)]))));
  return message([text(1, name), bytes(2, message([bytes(1, message([int(1, FLOAT), bytes(2, dimensions)]))]))]);
}

function attribute(name, value) {
  if (Array.isArray(value)) return message([text(1, name), ...value.map(n => int(8, n)), int(20, 7)]);
  if (Number.isInteger(value)) return message([text(1, name), int(3, value), int(20, 2)]);
  const float = new Uint8Array(Float32Array.of(value).buffer);
  return message([text(1, name), [varint((2 << 3) | 5), float], int(20, 1)]);
}

// Protobuf: a field is a list of byte arrays, a message their concatenation.
function varint(value) {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out = [];
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(out);
}

function int(field, value) {
  return [varint(field << 3), varint(value)];
}

function bytes(field, content) {
  return [varint((field << 3) | 2), varint(content.length), content];
}

function text(field, content) {
  return bytes(field, new TextEncoder().encode(content));
}

function message(fields) {
  const parts = fields.flat();
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/** The model of one product of two n × n matrices, inputs a and b. */
export function matmulModel(n) {
  const graph = new Graph();
  const [a, b] = ["a", "b"].map(name => ({ name, shape: [n, n] }));
  return graph.bytes([a, b], graph.operations().matmul(a, b));
}
