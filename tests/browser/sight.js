// What keeps things from being in sight. Arguments: what must be there, as [name, selector] each.
const [wanted] = arguments;
const paint = () => new Promise(requestAnimationFrame);
scrollTo(0, 0);
// A chart follows its box a frame later, and the page the chart.
const boxes = () => [...document.querySelectorAll("#app *")].map((one) => Object.values(one.getBoundingClientRect().toJSON()).map(Math.round)).join();
for (let before = "", frames = 0; frames < 30 && boxes() !== before; frames++) {
  before = boxes();
  await paint();
  await paint();
}
const wide = document.documentElement.clientWidth;
const said = (one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  return `${one.tagName.toLowerCase()}.${one.classList} [${[left, top, right, bottom].map(Math.round)}]`;
};
// A picture may have on it what belongs to it: the button that looks at it, a handle.
const own = (one) => (one.matches("canvas, .picture, .cover") ? one.closest("li, figure, .frame") ?? one : one);
const misses = [];
let seen = 0;
for (const [name, selector] of wanted) {
  const all = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  if (all.length === 0) misses.push(`${name} is not there`);
  for (const one of all) {
    const it = one.getBoundingClientRect();
    const miss = (why) => misses.push(`${name} ${said(one)} ${why}`);
    if (!(it.width > 0 && it.height > 0)) miss("has no size");
    else if (it.left < -0.5 || it.top < -0.5 || it.right > wide + 0.5 || it.bottom > innerHeight + 0.5) miss(`is not wholly within ${wide} × ${innerHeight}`);
    else {
      const [dx, dy] = [Math.min(7, it.width / 5), Math.min(7, it.height / 5)];
      const points = [[it.left + it.width / 2, it.top + it.height / 2]];
      for (const x of [it.left + dx, it.right - dx]) for (const y of [it.top + dy, it.bottom - dy]) points.push([x, y]);
      const above = points.map(([x, y]) => document.elementFromPoint(x, y)).find((hit) => !own(one).contains(hit));
      if (above === undefined) seen += 1;
      else miss(`is covered by ${above ? said(above) : "nothing that can be hit"}`);
    }
  }
}
const long = document.documentElement.scrollWidth;
if (long > innerWidth) misses.push(`the page scrolls sideways: ${long} px`);
return { seen, misses };
