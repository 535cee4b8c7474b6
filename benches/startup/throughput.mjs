// What drawing costs a training: the same training, with the page hearing its reports and without, in turn.
import { fresh } from "./browser.mjs";
import { train } from "./frames.mjs";
import { median, spread } from "./numbers.mjs";

// Windows in this order have the same middle, so that a steady drift of the machine favours neither; short ones follow
// its sudden changes.
const ORDER = ["drawing", "deaf", "deaf", "drawing", "deaf", "drawing", "drawing", "deaf"];
const WINDOW_MS = 2_500;

/** Steps a second, `times` times ten seconds each way, in one training on the CPU with its view in sight. */
export async function throughput(site, times) {
  const rates = await fresh(async (page) => {
    await train(page, site);
    const rates = { drawing: [], deaf: [] };
    for (let i = 0; i < times; i++) {
      const done = { drawing: { steps: 0, seconds: 0 }, deaf: { steps: 0, seconds: 0 } };
      for (const way of ORDER) {
        const { steps, seconds } = await page.evaluate(window, [way === "deaf", WINDOW_MS]);
        done[way].steps += steps;
        done[way].seconds += seconds;
      }
      for (const way in done) rates[way].push(done[way].steps / done[way].seconds);
    }
    return rates;
  });
  const ratios = rates.drawing.map((rate, i) => rate / rates.deaf[i]);
  console.log(
    `\nTraining, steps a second: drawing ${spread(rates.drawing, 2)}, deaf ${spread(rates.deaf, 2)}; ` +
      `ratio ${spread(ratios, 3)}, ${times} times ten seconds each way`,
  );
  return { ...rates, ratios, median: median(ratios) };
}

/** In the page: steps, and the seconds that they took by the worker's own clock, between two reports. */
async function window([deaf, ms]) {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  recorded.muted = deaf;
  // The first report may be of steps from before.
  await wait(250);
  const first = recorded.reports.at(-1);
  await wait(ms);
  const last = recorded.reports.at(-1);
  return { steps: last.step - first.step, seconds: last.seconds - first.seconds };
}
