// Goes before a worker's own script, so that a test can break the worker for real: each name is a message.
let device;
if (globalThis.GPUAdapter) {
  const real = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    return (device = await real.apply(this, given));
  };
}
const blows = {
  // An error that nobody catches.
  crash() {
    throw new Error("made to crash");
  },
  // The device is gone, as after a reset of the driver.
  lose: () => device.destroy(),
  // A mistake that WebGPU finds and nobody awaits: a buffer without a use. Chromium looks once work is handed over.
  mistake() {
    device.createBuffer({ size: 4, usage: 0 });
    device.queue.submit([]);
  },
};
addEventListener("message", (event) => {
  if (!Object.hasOwn(blows, event.data)) return;
  event.stopImmediatePropagation();
  blows[event.data]();
});
