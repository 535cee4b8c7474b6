// How soon a learned field of the plane is seen, and how soon its samples are near the data.
import { fresh, until } from "./browser.mjs";
import { spread, table } from "./numbers.mjs";

// Energy distance of samples from data: 0.2 of untrained weights, 0.00003 after 8,000 steps.
const NEAR = 0.005;

/** Seconds from Train to a picture of the field of two moons and to samples near them, `times` times. */
export async function learning(site, times) {
  const all = [];
  for (let i = 0; i < times; i++) all.push(await fresh((page) => moons(page, site)));
  const of = (name) => all.map((one) => one[name]);
  table(
    `Two moons, seconds after Train, ${times} times`,
    ["a picture", `energy distance below ${NEAR}`],
    [[spread(of("picture"), 2), spread(of("near"), 2)]],
  );
  return all;
}

async function moons(page, site) {
  await page.goto(`${site.url}?view=plane&data=moons&frame=30`, { waitUntil: "commit" });
  await until(page, "document.querySelector('#app')?.dataset.state === 'ready'");
  const begin = performance.now();
  const since = async (condition) => {
    await until(page, condition);
    return (performance.now() - begin) / 1000;
  };
  await page.click(".learn .button.primary");
  const picture = await since("document.querySelectorAll('.panel canvas').length === 2");
  const near = await since(`parseFloat(document.querySelector('table.rounds tbody tr')?.cells[2]?.innerText) < ${NEAR}`);
  return { picture, near };
}
