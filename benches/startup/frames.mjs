// Whether frames are dropped: at rest, while playing, while scrubbing, while a training draws.
import { fresh, until } from "./browser.mjs";
import { median, quantile, spread, table } from "./numbers.mjs";
import { traced } from "./trace.mjs";

// One frame at 60 Hz is 16.67 ms; requestAnimationFrame tells when each began, so a dropped one shows as a multiple.
const LATE_MS = 1.5 * (1000 / 60);
const LONG_MS = 50;
const LAYERS = "particles,trajectories,velocity,score,heat,contours,grid,lines,residual,classes";
const PICTURES = "?device=cpu&pictures=20&steps=30";

/** Opens the training view and waits until steps are reported. */
export async function train(page, site) {
  await page.goto(`${site.url}?view=train&device=cpu`, { waitUntil: "commit" });
  await until(page, "document.querySelector('#app')?.dataset.state === 'ready'");
  await page.click(".time .main");
  await until(page, "recorded.reports.length >= 5");
}

async function sampled(page, site, query) {
  await page.goto(site.url + PICTURES + query, { waitUntil: "commit" });
  await until(page, "'ready' in recorded.marks");
}

/** Moves the pointer to and fro along the slider until `done` is settled, so fast that every frame shows another state. */
async function scrub(page, done) {
  const box = await page.locator("input.frames").boundingBox();
  const at = (share) => [box.x + box.width * (0.5 + 0.45 * share), box.y + box.height / 2];
  let going = true;
  done.finally(() => (going = false));
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let i = 0; going; i++) await page.mouse.move(...at(Math.sin(i / 8)));
  await page.mouse.up();
  return done;
}

/** Moves a centre of the plane's mixture in circles until `done` is settled. */
async function drag(page, done) {
  const box = await page.locator("button[aria-label^='Centre 1 at']").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  let going = true;
  done.finally(() => (going = false));
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; going; i++) await page.mouse.move(x + 40 * Math.sin(i / 18), y - 40 * (1 - Math.cos(i / 18)));
  await page.mouse.up();
  return done;
}

/** The plane with every layer on, at rest. */
const plane = (particles) => async (page, site) => {
  await page.goto(`${site.url}?view=plane&data=mixture&layers=${LAYERS}&particles=${particles}&frame=20`, { waitUntil: "commit" });
  await until(page, "document.querySelector('#app')?.dataset.state === 'ready' && document.querySelector('.handle')");
};

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
  [
    "scrubbing four lanes of 10",
    async (page, site) => {
      const lanes = ["heun,2,1,mnist", "euler,2,1,mnist", "midpoint,2,1,fashion", "ddim,1,1,mnist"];
      const query = `?view=compare&device=cpu&pictures=10&steps=10&frame=10${lanes.map((lane) => `&lane=${lane}`).join("")}`;
      await page.goto(site.url + query, { waitUntil: "commit" });
      await until(page, "'ready' in recorded.marks");
    },
    scrub,
  ],
  ["training in sight", train, null],
  ["plane, a centre dragged, every layer, 800 particles", plane(800), drag],
  ["plane, a centre dragged, every layer, 5,000 particles", plane(5_000), drag],
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
  const one = (number) => number.toFixed(1);
  table(
    `Milliseconds between frames, ${times} windows of ${ms / 1000} s each`,
    ["", "p50", "p99", "longest", "late", "> 50 ms"],
    rows.map((row) => [row.name, ...[row.p50, row.p99, row.longest].map(one), `${(100 * row.late).toFixed(2)} %`, row.long]),
  );
  table(
    "The page's main thread, milliseconds of its processor time",
    ["", "longest task", "of each window", "a second", "style, layout", "paint"],
    rows.map((row) => [row.name, one(row.task), row.worst, ...[row.busy, row.layout, row.paint].map(one)]),
  );
  return rows;
}

async function window(page, cdp, ms, during) {
  const [times, { tasks, layout, paint }] = await traced(cdp, async () => {
    const recording = page.evaluate(`frameTimes(${ms})`);
    return during ? during(page, recording) : recording;
  });
  const seconds = (times.at(-1) - times[0]) / 1000;
  const busy = tasks.reduce((a, b) => a + b, 0);
  return {
    intervals: times.slice(1).map((time, i) => time - times[i]),
    longest: Math.max(...tasks),
    busy: busy / seconds,
    layout: layout / seconds,
    paint: paint / seconds,
  };
}

function summary(windows) {
  const all = windows.flatMap((window) => window.intervals);
  const of = (name) => windows.map((window) => window[name]);
  return {
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    longest: Math.max(...all),
    late: all.filter((interval) => interval > LATE_MS).length / all.length,
    long: all.filter((interval) => interval > LONG_MS).length,
    task: Math.max(...of("longest")),
    worst: spread(of("longest"), 1),
    busy: median(of("busy")),
    layout: median(of("layout")),
    paint: median(of("paint")),
  };
}
