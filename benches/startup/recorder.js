// Runs in the page before its own scripts: notes when it came how far, what the worker says of a training, and frames.
(() => {
  const recorded = { marks: {}, reports: [], muted: false };
  window.recorded = recorded;

  // What was done by now is on the screen after the next frame.
  const mark = (name) => {
    if (name in recorded.marks) return;
    recorded.marks[name] = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (recorded.marks[`${name} painted`] = performance.now());
      port2.postMessage(0);
    });
  };

  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) recorded.marks[name] = startTime;
  }).observe({ type: "paint", buffered: true });

  // The page takes the place of the shell in one task, after which its controls answer. It is “loading” until the
  // first picture, and “ready” once the frame that the link wants is seen.
  const look = () => {
    const main = document.querySelector("#app main");
    if (main && !main.classList.contains("shell") && document.querySelector("#app input.frames")) mark("interactive");
    const state = document.querySelector("#app")?.dataset.state;
    if ("interactive" in recorded.marks && (state === "busy" || state === "ready")) mark("first picture");
    if ("interactive" in recorded.marks && state === "ready") mark("ready");
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ["data-state"] });

  // Event::Train of crates/protocol/src/message.rs, as postcard writes it: run, turn, step, losses, seconds.
  const TRAIN = 3;
  const report = (bytes) => {
    let at = 0;
    const varint = () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    if (varint() !== TRAIN) return;
    varint();
    varint();
    const step = varint();
    for (let losses = varint(); losses > 0; losses--) {
      varint();
      at += 4;
    }
    const seconds = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(at, true);
    recorded.reports.push({ step, seconds, heard: performance.now() });
  };

  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (message) => {
        if (!(message.data instanceof Uint8Array)) return;
        report(message.data);
        // A page that hears nothing draws nothing.
        if (recorded.muted) message.stopImmediatePropagation();
      });
    }
  };

  // The times at which frames began, for so many milliseconds.
  window.frameTimes = (ms) =>
    new Promise((done) => {
      const times = [];
      const end = performance.now() + ms;
      const next = (now) => {
        times.push(now);
        if (now < end) requestAnimationFrame(next);
        else done(times);
      };
      requestAnimationFrame(next);
    });

  // A fixed amount of arithmetic, in milliseconds: the speed of the thread that runs it.
  const work = () => {
    const begin = performance.now();
    for (let i = 0, x = 1; i < 2e7; i++) x = (x * 1103515245 + 12345) | 0;
    return performance.now() - begin;
  };
  window.speeds = async () => {
    const url = URL.createObjectURL(new Blob([`postMessage((${work})())`], { type: "text/javascript" }));
    const worker = new window.Worker(url);
    const there = await new Promise((done) => (worker.onmessage = ({ data }) => done(data)));
    worker.terminate();
    return { page: work(), worker: there };
  };
})();
