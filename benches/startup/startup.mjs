// From the address to the first paint, to controls that answer, to the first sample.
import { fresh, until } from "./browser.mjs";
import { spread, table } from "./numbers.mjs";
import { stages } from "./stages.mjs";

// `ready` is a picture at the end of its path: a link to the last frame computes without the pace of playing.
const VISITS = [
  ["a visit", "", "first picture painted", 1],
  ["a visit, CPU × 4", "", "first picture painted", 4],
  ["a link to the last frame", "?device=cpu&steps=30&frame=30", "ready painted", 1],
  ["a link to the last frame, CPU × 4", "?device=cpu&steps=30&frame=30", "ready painted", 4],
];
const MARKS = ["first-contentful-paint", "interactive painted", "first picture painted", "ready painted"];

/** Milliseconds since the navigation began, `times` fresh profiles each, in turn. */
export async function startup(site, files, times) {
  const seen = VISITS.map(() => []);
  for (let i = 0; i <= times; i++) {
    for (const [at, [name, query, last, throttle]] of VISITS.entries()) {
      site.asked.length = 0;
      const marks = await fresh(async (page) => {
        await page.goto(site.url + query, { waitUntil: "commit" });
        await until(page, `${JSON.stringify(last)} in recorded.marks`);
        return page.evaluate("recorded.marks");
      }, throttle);
      check(site.asked, files, name);
      // The first round warms the machine.
      if (i > 0) seen[at].push(marks);
    }
  }
  const cell = (visits, mark) => (visits.every((marks) => mark in marks) ? spread(visits.map((marks) => marks[mark])) : "");
  table(
    `Milliseconds to…, median (least–most) of ${times} fresh profiles`,
    ["", "first paint", "interactive", "first picture", "last frame"],
    VISITS.map(([name], at) => [name, ...MARKS.map((mark) => cell(seen[at], mark))]),
  );
  return VISITS.map(([name, query, , throttle], at) => ({ name, query, throttle, marks: seen[at] }));
}

/** The stages are told by name; they are right if the browser asked for exactly these files. */
function check(asked, files, visit) {
  const told = new Set(stages(files).slice(0, 3).flatMap(([, paths]) => paths));
  const differ = [...new Set([...asked, ...told])].filter((path) => told.has(path) !== asked.includes(path));
  if (differ.length) throw new Error(`${visit}: the stages and what was asked for differ in ${differ.join(", ")}`);
}

/** How many times slower arithmetic gets by CDP's throttle of 4, on the page's thread and in a worker. */
export async function throttled(site) {
  const speeds = async (rate) =>
    fresh(async (page) => {
      await page.goto(`${site.url}?device=cpu`, { waitUntil: "commit" });
      await until(page, "'ready' in recorded.marks");
      await page.evaluate("speeds()");
      return page.evaluate("speeds()");
    }, rate);
  const [plain, slow] = [await speeds(1), await speeds(4)];
  const slower = { page: slow.page / plain.page, worker: slow.worker / plain.worker };
  console.log(
    `\nThe throttle of 4 slows the page's thread ${slower.page.toFixed(1)} times, a worker ${slower.worker.toFixed(1)} times.`,
  );
  return slower;
}
