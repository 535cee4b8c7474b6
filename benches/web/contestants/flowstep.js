// Ours: crates/worker/src/bin/bench.rs, built by tools/bench.sh into pkg/ (CPU) and pkg-gpu/ (WebGPU).

import { entries } from "../networks.js";

class Net {
  constructor(net, batch) {
    Object.assign(this, { net, batch });
  }

  setBatch({ x, target, features, head }) {
    this.net.set_batch(x, target, features, head);
  }

  forward() {
    return this.net.forward();
  }

  gradient() {
    return this.net.gradient();
  }

  theta() {
    return this.net.theta();
  }

  forwardRun() {
    this.net.forward_run();
  }

  trainRun(rate) {
    this.net.train_run(rate);
  }

  sync() {
    return this.net.sync();
  }

  dispose() {
    this.net.free();
  }
}

// That θ has the same parts in both is what makes its numbers comparable.
function compare(config, ours) {
  const described = list => JSON.stringify(list.map(({ shape, start }) => [shape, start]));
  if (described(JSON.parse(ours)) !== described(entries(config))) {
    throw new Error(`θ is laid out differently: ${ours}`);
  }
}

/** The contestant in the package at `path`. */
export function contestant(path) {
  let module;
  return {
    async setup() {
      module = await import(path);
      await module.default();
      await module.init?.(); // where there is a device to wait for
    },
    /** Why it has no such network, or nothing. */
    lacks(config) {
      try {
        new module.Net(JSON.stringify(config), 1, 1).free();
      } catch (error) {
        return String(error?.message ?? error);
      }
    },
    async create(config, batch, theta) {
      const net = new module.Net(JSON.stringify(config), batch, 1);
      compare(config, net.entries());
      net.set_theta(theta);
      return new Net(net, batch);
    },
    // It times itself: its arrays stay inside.
    product: (n, repeats) => module.matmul(n, repeats),
    peak: repeats => module.peak(repeats),
  };
}
