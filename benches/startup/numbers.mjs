// What the start's tables need beside those of the other bench.
import { median, table as aligned } from "../web/numbers.mjs";

export { median };

/** The value below which the share `p` of the numbers lies, by nearest rank. */
export function quantile(numbers, p) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
}

/** “123 (110–140)”: the median, the least and the most. */
export function spread(numbers, digits = 0) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return `${median(numbers).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** Prints rows of cells under a title. */
export function table(title, head, rows) {
  console.log(`\n${title}\n${aligned([head, ...rows])}`);
}
