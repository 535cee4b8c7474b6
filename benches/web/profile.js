// For a CPU profile: the library runs on the page's own thread.

import { methods } from "./methods.js";

window.prepare = async (contestant, network, rows) => {
  await methods.setup(contestant);
  for (let i = 0; i < 3; i++) await methods.enqueue(network, rows);
};
window.steps = async (network, rows, count) => {
  const spent = [];
  for (let i = 0; i < count; i++) spent.push(await methods.enqueue(network, rows));
  return spent;
};
