// What the page's main thread does, in milliseconds of its processor time: other processes of the machine, which make
// frames late, do not count in it.
const CATEGORIES = ["toplevel", "devtools.timeline"];

/** Runs `during` and returns [its result, the tasks of the main thread meanwhile and where their time went]. */
export async function traced(cdp, during) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  cdp.on("Tracing.dataCollected", collect);
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] },
  });
  const result = await during();
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.end");
  await complete;
  cdp.off("Tracing.dataCollected", collect);
  return [result, summary(events)];
}

function summary(events) {
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  // The thread that runs animation frames, of which a page has one.
  const main = thread(events.find((event) => event.name === "FireAnimationFrame") ?? {});
  const own = events.filter((event) => thread(event) === main && event.tdur !== undefined);
  const times = (...names) => own.filter((event) => names.includes(event.name)).map((event) => event.tdur / 1000);
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const tasks = times("ThreadControllerImpl::RunTask");
  if (!tasks.length) throw new Error("the trace holds no task of the page's main thread");
  return { tasks, layout: sum(times("Layout", "UpdateLayoutTree")), paint: sum(times("Paint", "PrePaint", "Commit")) };
}
