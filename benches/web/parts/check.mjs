// The same weights, the same batch: do all compute the same?

import { digits, table } from "../numbers.mjs";

/** Largest deviation of the read and of the gradient, relative to the largest number there; of Adam, of the way it went. */
const TOLERANCE = { read: 1e-4, gradient: 1e-4, adam: 1e-2 };
/** Plain JavaScript: the one that shares the least with the others. */
export const REFERENCE = "tf-cpu";

/** Compares every contestant with the reference; throws unless all agree. */
export async function check(page, contestants, rows) {
  const results = [];
  for (const { name, trains, networks } of contestants.filter(c => c.name !== REFERENCE)) {
    for (const network of networks) {
      const wanted = trains ? ["read", "gradient", "adam"] : ["read"];
      const found = await page.compare(REFERENCE, name, network, rows, wanted);
      results.push({ contestant: name, network, ...found });
    }
  }
  const bad = results.filter(row => Object.keys(TOLERANCE).some(what => what in row && !(row[what] <= TOLERANCE[what])));
  const cell = x => (x === undefined ? "" : digits(x));
  const rowsShown = results.map(r => [r.contestant, r.network, cell(r.read), cell(r.gradient), cell(r.adam)]);
  const limits = ["allowed", "", ...Object.values(TOLERANCE).map(digits)];
  console.log(`\nDeviations from ${REFERENCE}, batch ${rows}\n${table([["", "", "read", "gradient", "Adam"], ...rowsShown, limits])}`);
  if (bad.length > 0) throw new Error(`they do not compute the same: ${bad.map(r => `${r.contestant} ${r.network}`).join(", ")}`);
  for (const { name } of contestants) await page.call(name, "drop");
  return { tolerance: TOLERANCE, reference: REFERENCE, rows, results };
}
