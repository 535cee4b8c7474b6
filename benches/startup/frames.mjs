// Whether frames are dropped: at rest, while playing, while scrubbing, while a training draws.
import { fresh, until } from "./browser.mjs";
import { median, quantile, table } from "./numbers.mjs";

// One frame at 60 Hz is 16.67 ms; requestAnimationFrame tells when each began, so a dropped one shows as a multiple.
const LATE_MS = 1.5 * (1000 / 60);
const LONG_MS = 50;
const PICTURES = "?device=cpu&pictures=20&steps=30";

/** Opens the training view and waits until steps are reported. */
export async function train(page, site) {
  await page.goto(`${site.url}?view=train&device=cpu`, { waitUntil: "commit" });
  await until(page, "document.querySelector('#app')?.dataset.state === 'ready'");
  await page.click(".settings .button.primary");
  await until(page, "recorded.reports.length >= 5");
}

async function sampled(page, site, query) {
  await page.goto(site.url + PICTURES + query, { waitUntil: "commit" });
  await until(page, "'ready' in recorded.marks");
}

/** Moves the pointer to and fro along the slider of the frames until `done` is settled. */
async function scrub(page, done) {
  const box = await page.locator("input.frames").boundingBox();
  const at = (share) => [box.x + box.width * (0.5 + 0.45 * share), box.y + box.height / 2];
  let going = true;
  done.finally(() => (going = false));
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let i = 0; going; i++) await page.mouse.move(...at(Math.sin(i / 40)));
  await page.mouse.up();
  return done;
}

const CASES = [
  ["at rest", async (page, site) => sampled(page, site, "&frame=30"), null],
  ["scrubbing 20 pictures", async (page, site) => sampled(page, site, "&frame=30"), scrub],
  ["scrubbing 20 velocities", async (page, site) => sampled(page, site, "&frame=30&show=velocity"), scrub],
  [
    "playing while it samples",
    async (page, site) => {
      await page.goto(`${site.url}${PICTURES.replace("steps=30", "steps=300")}`, { waitUntil: "commit" });
      await until(page, "'first picture painted' in recorded.marks");
    },
    null,
  ],
  ["training in sight", train, null],
];

/** Frames and the main thread's work in each case, `ms` long, `times` times in turn. */
export async function frames(site, times, ms) {
  const seen = CASES.map(() => []);
  for (let i = 0; i < times; i++) {
    for (const [at, [, open, during]] of CASES.entries()) {
      seen[at].push(await fresh(async (page, cdp) => {
        await open(page, site);
        return window(page, cdp, ms, during);
      }));
    }
  }
  const rows = CASES.map(([name], at) => ({ name, ...summary(seen[at]), windows: seen[at] }));
  table(
    `Frames, ${times} windows of ${ms / 1000} s each: milliseconds between them, and the main thread's share of the time`,
    ["", "p50", "p99", "longest", "late", "> 50 ms", "busy", "script", "style and layout"],
    rows.map((row) => [
      row.name,
      ...[row.p50, row.p99, row.longest].map((it) => it.toFixed(1)),
      `${(100 * row.late).toFixed(2)} %`,
      row.long,
      ...[row.busy, row.script, row.layout].map((it) => `${(100 * it).toFixed(1)} %`),
    ]),
  );
  return rows;
}

async function window(page, cdp, ms, during) {
  await cdp.send("Performance.enable");
  const before = await metrics(cdp);
  const recording = page.evaluate(`frameTimes(${ms})`);
  const times = during ? await during(page, recording) : await recording;
  const after = await metrics(cdp);
  const spent = (name) => after[name] - before[name];
  const seconds = spent("Timestamp");
  return {
    intervals: times.slice(1).map((time, i) => time - times[i]),
    busy: spent("TaskDuration") / seconds,
    script: spent("ScriptDuration") / seconds,
    layout: (spent("LayoutDuration") + spent("RecalcStyleDuration")) / seconds,
  };
}

async function metrics(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

function summary(windows) {
  const all = windows.flatMap((window) => window.intervals);
  return {
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    longest: Math.max(...all),
    late: all.filter((interval) => interval > LATE_MS).length / all.length,
    long: all.filter((interval) => interval > LONG_MS).length,
    busy: median(windows.map((window) => window.busy)),
    script: median(windows.map((window) => window.script)),
    layout: median(windows.map((window) => window.layout)),
  };
}
