// Medians, spreads and tables.

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** { median, least, most, count } of a list. */
export function spread(list) {
  return { median: median(list), least: Math.min(...list), most: Math.max(...list), count: list.length };
}

/** How many times as long as ours another took, round by round. */
export function ratio(theirs, ours) {
  const rounds = Math.min(theirs.length, ours.length);
  return spread(theirs.slice(0, rounds).map((time, i) => time / ours[i]));
}

/** Three significant digits, more where the number is large. */
export function digits(x) {
  if (!Number.isFinite(x)) return "–";
  if (Number.isInteger(x)) return String(x);
  if (Math.abs(x) < 1e-3) return x.toExponential(1);
  return x.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x)))));
}

/** "median (least–most)" */
export function shown(s) {
  return `${digits(s.median)} (${digits(s.least)}–${digits(s.most)})${s.count < 7 ? ` n=${s.count}` : ""}`;
}

/** Rows of cells as aligned text; the first row is the head. */
export function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map(row => String(row[i] ?? "").length)));
  const line = row => row.map((cell, i) => (i ? String(cell ?? "").padStart(widths[i]) : String(cell ?? "").padEnd(widths[i]))).join("  ");
  return [line(rows[0]), widths.map(width => "-".repeat(width)).join("  "), ...rows.slice(1).map(line)].join("\n");
}
