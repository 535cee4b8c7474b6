// The networks of crates/model/src, written once against the few operations that each library provides (contestants/*.js).
// x, features, a, b, c and the parameters are values of the library; shapes are plain numbers.

const SIDE = 28;
const PIXELS = SIDE * SIDE;
export const FEATURES = 43;

/** What is measured: the two networks that ship and a plain perceptron. */
export const NETWORKS = {
  tiny: { body: { mixer: { patch: 7, width: 128, depth: 2, across: 64, within: 256 } }, sigma: 0.962 },
  small: { body: { transformer: { patch: 7, width: 128, depth: 4, heads: 4 } }, sigma: 0.962 },
  // F(x, t) of three layers with SiLU between them, x and one number of the condition side by side; no a, b, c.
  mlp: { plain: [PIXELS + 1, 512, 512, PIXELS] },
};

/** The parts of θ in order: { name, shape, start, std }, std that of the normals the bench fills them with. */
export function entries(config) {
  const list = [];
  const add = (name, shape, std) => {
    const last = list.at(-1);
    list.push({ name, shape, start: last ? last.start + size(last) : 0, std });
  };
  const linear = (name, inputs, outputs, gain = 1) => {
    add(`${name}.weight`, [inputs, outputs], gain / Math.sqrt(inputs));
    add(`${name}.bias`, [outputs], 0.1);
  };
  if (config.plain) {
    config.plain.slice(1).forEach((outputs, i) => linear(`layer.${i}`, config.plain[i], outputs));
    return list;
  }
  const { mixer, transformer } = config.body;
  const { patch, width, depth } = mixer ?? transformer;
  const tokens = (SIDE / patch) ** 2;
  const hidden = Math.min(width, 64);
  // Layers that begin as zero in training get small weights here, or most gradients would be zero.
  linear("modulation.embed", FEATURES, hidden);
  linear("modulation.project", hidden, 2 * width * (2 * depth + 1), 0.3);
  linear("input", patch * patch, width);
  add("position", [tokens, width], 0.3);
  for (let i = 0; i < depth; i++) {
    if (mixer) {
      linear(`block.${i}.across.up`, tokens, mixer.across);
      linear(`block.${i}.across.down`, mixer.across, tokens, 0.5);
      linear(`block.${i}.within.up`, width, mixer.within);
      linear(`block.${i}.within.down`, mixer.within, width, 0.5);
    } else {
      linear(`block.${i}.qkv`, width, 3 * width);
      linear(`block.${i}.attended`, width, width, 0.5);
      linear(`block.${i}.up`, width, 4 * width);
      linear(`block.${i}.down`, 4 * width, width, 0.5);
    }
  }
  linear("output", width, patch * patch, 0.5);
  return list;
}

/** Numbers in an entry. */
export function size(entry) {
  return entry.shape.reduce((a, b) => a * b, 1);
}

/** Length of θ. */
export function parameters(config) {
  const last = entries(config).at(-1);
  return last.start + size(last);
}

/** The read of a batch, x a + F(x c, features) b, [batch, 784]; p: name → parameter. */
export function read(ops, config, batch, p, { x, features, a, b, c }) {
  if (config.plain) return plain(ops, config, batch, p, x, features);
  return ops.add(ops.mul(x, a), ops.mul(raw(ops, config, batch, p, ops.mul(x, c), features), b));
}

function plain(ops, config, batch, p, x, features) {
  let h = ops.concat([x, ops.slice(features, [0, 0], [batch, 1])], 1);
  const layers = config.plain.length - 1;
  for (let i = 0; i < layers; i++) {
    h = linear(ops, p, `layer.${i}`, h);
    if (i + 1 < layers) h = ops.silu(h);
  }
  return h;
}

function linear(ops, p, name, h) {
  return ops.linear(h, p[`${name}.weight`], p[`${name}.bias`]);
}

function raw(ops, config, batch, p, x, features) {
  const { mixer, transformer } = config.body;
  const { patch, width, depth } = mixer ?? transformer;
  const side = SIDE / patch;
  const tokens = side * side;
  const modulation = linear(ops, p, "modulation.project", ops.silu(linear(ops, p, "modulation.embed", features)));
  const modulate = (h, site) => {
    const part = i => ops.reshape(ops.slice(modulation, [0, (2 * site + i) * width], [batch, width]), [batch, 1, width]);
    return ops.add(ops.mul(ops.normalise(h), ops.plus(part(0), 1)), part(1));
  };
  const perceptron = (name, h) => linear(ops, p, `${name}.down`, ops.silu(linear(ops, p, `${name}.up`, h)));

  const cut = ops.permute(ops.reshape(x, [batch, side, patch, side, patch]), [0, 1, 3, 2, 4]);
  let h = ops.add(linear(ops, p, "input", ops.reshape(cut, [batch, tokens, patch * patch])), p.position);
  for (let i = 0; i < depth; i++) {
    const name = `block.${i}`;
    if (mixer) {
      const turned = ops.permute(modulate(h, 2 * i), [0, 2, 1]);
      h = ops.add(h, ops.permute(perceptron(`${name}.across`, turned), [0, 2, 1]));
      h = ops.add(h, perceptron(`${name}.within`, modulate(h, 2 * i + 1)));
    } else {
      const qkv = linear(ops, p, `${name}.qkv`, modulate(h, 2 * i));
      const mixed = attend(ops, qkv, batch, tokens, width, transformer.heads);
      h = ops.add(h, linear(ops, p, `${name}.attended`, mixed));
      h = ops.add(h, perceptron(name, modulate(h, 2 * i + 1)));
    }
  }
  const squares = ops.reshape(linear(ops, p, "output", modulate(h, 2 * depth)), [batch, side, side, patch, patch]);
  return ops.reshape(ops.permute(squares, [0, 1, 3, 2, 4]), [batch, PIXELS]);
}

// softmax(q kᵀ / sqrt(d)) v in each head.
function attend(ops, qkv, batch, tokens, width, heads) {
  const d = width / heads;
  const split = ops.permute(ops.reshape(qkv, [batch, tokens, 3 * heads, d]), [0, 2, 1, 3]);
  const part = i => ops.slice(split, [0, i * heads, 0, 0], [batch, heads, tokens, d]);
  const weights = ops.softmax(ops.matmulTransposed(ops.times(part(0), 1 / Math.sqrt(d)), part(1)));
  return ops.reshape(ops.permute(ops.matmul(weights, part(2)), [0, 2, 1, 3]), [batch, tokens, width]);
}
