// The service worker: serves the page from what was kept of one build, so that it works without a network.
//
// BUILD and FILES (path: [digest, size]) are put before this by tools/pack. Every file but this and documents has its
// digest in its name, so what is kept of one build is never served for another; digests are checked before a kept file
// is served, and a damaged or missing one is fetched anew.
const KEPT = `flowstep-${BUILD}`;
const SCOPE = new URL('./', location.href).pathname;

// What a second visit needs: the page, the plane, the worker of the CPU, the first weights, the first images.
const later = [/^worker-gpu/, /^weights\/(?!mnist-[0-9a-f]{12}\.)/, /^data\/(?!mnist-train-00)/, /^licences/];
const first = Object.keys(FILES).filter((path) => !later.some((pattern) => pattern.test(path)));

async function digest(response) {
  const bytes = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
  return Array.from(new Uint8Array(bytes, 0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function isWhole(path, response) {
  return response.ok && (await digest(response.clone())) === FILES[path][0];
}

// The file from what is kept, else from the network, and then kept.
async function file(path, signal) {
  // Where nothing can be kept, or what is kept cannot be read, the page works all the same.
  const kept = await caches.open(KEPT).catch(() => null);
  const found = await kept?.match(path).catch(() => null);
  if (found && (await isWhole(path, found).catch(() => false))) return found;
  const fresh = await asked(path, { signal, cache: found ? 'reload' : 'default' });
  if (kept && (await isWhole(path, fresh).catch(() => false))) await kept.put(path, fresh.clone()).catch(() => {});
  return fresh;
}

// The network's answer; asked twice, since a connection may fail that the next one does not.
function asked(path, options) {
  return fetch(path, options).catch((error) => {
    if (options.signal?.aborted) throw error;
    return fetch(path, options);
  });
}

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(first.map(async (path) => {
    const response = await file(path);
    if (!(await isWhole(path, response))) throw new Error(`${path} is not that of this build`);
  })));
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('flowstep-') && name !== KEPT) await caches.delete(name);
    await clients.claim();
  })());
});

// Says how many bytes are kept and how many there are; where all are to be kept, after each file, until a word stops it.
async function tell(port, keeps) {
  const kept = await caches.open(KEPT), paths = Object.keys(FILES);
  const here = new Set((await kept.keys()).map((request) => new URL(request.url).pathname.slice(SCOPE.length)));
  const bytes = (some) => some.reduce((sum, path) => sum + FILES[path][1], 0);
  let stopped = !keeps;
  port.onmessage = () => { stopped = true; };
  port.postMessage([bytes(paths.filter((path) => here.has(path))), bytes(paths)]);
  for (const path of paths.filter((path) => !here.has(path))) {
    if (stopped) break;
    await file(path);
    if (!(await kept.match(path))) return port.postMessage(path);
    here.add(path);
    port.postMessage([bytes([...here].filter((path) => path in FILES)), bytes(paths)]);
  }
  port.postMessage('');
}

self.addEventListener('message', (event) => {
  const { data, ports: [port] } = event;
  if (data === 'take over') self.skipWaiting();
  // Whatever goes wrong is said as the path of no file.
  if (port) event.waitUntil(tell(port, data === 'keep all').catch((error) => port.postMessage(String(error))));
});

self.addEventListener('fetch', (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(SCOPE)) return;
  // The page asks past this for the newest index.html.
  if (request.cache === 'no-store') return;
  const path = url.pathname.slice(SCOPE.length) || 'index.html';
  if (Object.hasOwn(FILES, path)) event.respondWith(file(path, request.signal));
});
