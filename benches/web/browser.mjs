// A static server for the bench and the Chromium that visits it.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

// Without the headers of cross-origin isolation there is no SharedArrayBuffer: nobody can use threads.
const ARGUMENTS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader",
];

/** Serves `root`, and the byte arrays of `made` by their path; `served` lists what was asked for. */
export async function serve(root, made) {
  const served = [];
  const sizes = new Map();
  const server = createServer(async (request, answer) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    try {
      const body = made.get(path) ?? (await readFile(join(root, path)));
      answer.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
      answer.end(body);
      if (!sizes.has(path)) sizes.set(path, { path, raw: body.length, gzip: 0, body });
      served.push(path);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  const size = path => {
    const entry = sizes.get(path);
    entry.gzip ||= gzipSync(entry.body, { level: 9 }).length;
    return { path, raw: entry.raw, gzip: entry.gzip };
  };
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    /** What was served since the last call: [{ path, raw, gzip }]. */
    take: () => [...new Set(served.splice(0))].map(size),
    close: () => server.close(),
  };
}

/** A Chromium with the software WebGPU adapter. */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** The bench's page with `call`, `end` and `compare`. */
export async function open(browser, base) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on("pageerror", error => console.error(`page: ${error.message}`));
  await page.goto(`${base}/site/index.html`);
  await page.waitForFunction(() => window.call);
  return {
    call: (...args) => page.evaluate(args => window.call(...args), args),
    compare: (...args) => page.evaluate(args => window.compare(...args), args),
    end: contestant => page.evaluate(contestant => window.end(contestant), contestant),
    close: () => page.close(),
  };
}
