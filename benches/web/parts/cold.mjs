// From the navigation of a fresh page with nothing cached to the first forward of 16: library, compilation, weights.

import { ratio, shown, spread, table } from "../numbers.mjs";

/** Every contestant on every network; `server` says what travelled. */
export async function cold(browser, server, contestants, rounds) {
  const results = [];
  for (const network of ["tiny", "small"]) {
    const times = {};
    const bytes = {};
    for (let round = 0; round < rounds; round++) {
      for (const { name } of contestants) {
        const context = await browser.newContext();
        const page = await context.newPage();
        page.setDefaultTimeout(0);
        server.take();
        await page.goto(`${server.base}/site/index.html#${name}/${network}`);
        await page.waitForFunction(() => window.cold);
        (times[name] ??= []).push(await page.evaluate(() => window.cold));
        bytes[name] = server.take();
        await context.close();
      }
    }
    results.push({ network, contestants: Object.fromEntries(Object.keys(times).map(name => [name, {
      ...spread(times[name]), times: times[name], bytes: bytes[name],
      ...(times.ours && name !== "ours" && { ratio: ratio(times[name], times.ours) }),
    }])) });
  }
  const kilobytes = (list, key) => Math.round(list.reduce((sum, file) => sum + file[key], 0) / 1000);
  const rows = results.flatMap(({ network, contestants }) => Object.entries(contestants).map(([name, r]) => [
    network, name, shown(r), r.ratio ? shown(r.ratio) : "", kilobytes(r.bytes, "raw"), kilobytes(r.bytes, "gzip"),
  ]));
  console.log(`\n${table([["cold start", "", "ms (least–most)", "× ours", "kB", "kB gzip"], ...rows])}`);
  return results;
}
