// What drawing costs a training: the same training, with the page hearing its reports and without, in turn.
import { fresh } from "./browser.mjs";
import { train } from "./frames.mjs";
import { median, spread } from "./numbers.mjs";

/** Steps a second in `pairs` pairs of windows of `ms`, in one training on the CPU with its view in sight. */
export async function throughput(site, pairs, ms) {
  const rates = await fresh(async (page) => {
    await train(page, site);
    const rates = { drawing: [], deaf: [] };
    for (let i = 0; i < pairs; i++) {
      // Which of the two comes first alternates, so that a drift of the machine favours neither.
      for (const deaf of i % 2 ? [true, false] : [false, true]) {
        const reports = await page.evaluate(
          async ([deaf, ms]) => {
            recorded.muted = deaf;
            await new Promise((done) => setTimeout(done, 500));
            const from = recorded.reports.length - 1;
            await new Promise((done) => setTimeout(done, ms));
            return recorded.reports.slice(Math.max(from, 0));
          },
          [deaf, ms],
        );
        const [first, last] = [reports[0], reports.at(-1)];
        rates[deaf ? "deaf" : "drawing"].push((last.step - first.step) / (last.seconds - first.seconds));
      }
    }
    return rates;
  });
  const ratios = rates.drawing.map((rate, i) => rate / rates.deaf[i]);
  console.log(
    `\nTraining, steps a second: drawing ${spread(rates.drawing, 2)}, deaf ${spread(rates.deaf, 2)}; ` +
      `ratio of the pairs ${spread(ratios, 3)}, of ${pairs} pairs of ${ms / 1000} s`,
  );
  return { ...rates, ratios, median: median(ratios) };
}
