/*
 * Keeps the page for visits without a network. While there is one, everything comes from there, so that the page is never older than its
 * host. Models are not kept here: the engine keeps them in the browser's storage.
 */
importScripts('site-files.js');

const PREFIX = 'wasm-chord-site-';
const { version, files } = self.SITE;
const HOME = new URL('./', self.location).href;
const OWN = new Set(files.map((path) => HOME + path));
const HANDLED = ['document', 'worker', 'sharedworker']; // that need the headers of isolation

/** The address of a file of the page, or null. */
function fileOf(request) {
  const url = new URL(request.url);
  const address = url.origin + url.pathname;
  const file = address === HOME ? `${HOME}index.html` : address;
  return request.method === 'GET' && OWN.has(file) ? file : null;
}

/** All files of the page, once they are all there, in place of those from before. */
async function keep() {
  const name = PREFIX + version;
  const cache = await caches.open(name);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const missing = [...OWN].filter((file) => !there.has(file));
  await cache.addAll(missing.map((file) => new Request(file, { cache: 'no-cache' })));
  const old = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name);
  await Promise.all(old.map((other) => caches.delete(other)));
}

async function answer(request, file) {
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    response = await caches.match(file);
    if (!response) {
      throw error;
    }
  }
  const wanting = HANDLED.includes(request.destination) && !response.headers.has('Cross-Origin-Embedder-Policy');
  return wanting ? self.isolated(response) : response;
}

self.addEventListener('message', (event) => {
  if (event.data === 'keep') {
    const [port] = event.ports;
    event.waitUntil(keep().then(() => port.postMessage('kept')));
  }
});

self.addEventListener('fetch', (event) => {
  const file = fileOf(event.request);
  if (file) {
    event.respondWith(answer(event.request, file));
    event.stopImmediatePropagation(); // isolation.js has nothing more to do
  }
});

importScripts('isolation.js');
