// Chromium with a fresh profile, and the page in it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const recorder = new URL("./recorder.js", import.meta.url).pathname;

/** Runs `visit(page, cdp)` in a browser that has seen nothing yet, its main thread slowed down `throttle` times. */
export async function fresh(visit, throttle = 1) {
  const profile = mkdtempSync(join(tmpdir(), "flowstep-startup-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
  });
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.addInitScript({ path: recorder });
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    const cdp = await browser.newCDPSession(page);
    if (throttle !== 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: throttle });
    const result = await visit(page, cdp);
    if (errors.length) throw new Error(`the page threw: ${errors.join("; ")}`);
    return result;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Waits until `condition`, a JavaScript expression, holds in the page; asks seldom, so that asking costs nothing. */
export const until = (page, condition, timeout = 120_000) =>
  page.waitForFunction(condition, undefined, { polling: 100, timeout });
