// A static host that sends every file of a folder as brotli -q11, packed before it is asked for.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzipSync } from "node:zlib";

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  json: "application/json",
};

// Packing a worker takes a minute, so it is done once for each content.
const kept = join(process.env.FLOWSTEP_CACHE ?? join(homedir(), ".cache", "flowstep"), "brotli");
const brotli = promisify(brotliCompress); // quality 11 is its default

async function packed(bytes) {
  const file = join(kept, createHash("sha256").update(bytes).digest("hex"));
  try {
    return readFileSync(file);
  } catch {
    const small = await brotli(bytes);
    mkdirSync(kept, { recursive: true });
    writeFileSync(file, small);
    return small;
  }
}

/** The files below `root` that `wanted` takes: path → { plain, gzip, brotli } as bytes. */
export async function files(root, wanted) {
  const found = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath ?? entry.path, entry.name));
    if (!entry.isFile() || !wanted(path)) continue;
    const plain = readFileSync(join(root, path));
    found.set(path, { plain, gzip: gzipSync(plain, { level: 9 }), brotli: await packed(plain) });
  }
  return found;
}

/** Serves those files at 127.0.0.1; `asked` is the list of paths in the order in which they were asked for. */
export async function serve(files) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.split(/[?#]/)[0]).slice(1) || "index.html";
    const file = files.get(path);
    asked.push(path);
    if (!file) return response.writeHead(404).end("not here");
    if (!/\bbr\b/.test(request.headers["accept-encoding"] ?? "")) return response.writeHead(406).end("only as brotli");
    response.writeHead(200, {
      "content-type": TYPES[path.split(".").pop()] ?? "application/octet-stream",
      "content-encoding": "br",
      "content-length": file.brotli.length,
    });
    response.end(file.brotli);
  });
  await new Promise((up) => server.listen(0, "127.0.0.1", up));
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close: () => server.close() };
}
