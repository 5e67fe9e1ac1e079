/*
 * For service workers: answers OpenAI's interface at a path of the page's own origin. No engine runs here, since a service worker starts no
 * workers: the requests go to the tab that leads (wasm-chord/shared).
 */
import { read, text } from './requests/options.js';
import { Asker } from './tabs/asker.js';

/** A `fetch` whose other end is the engine that tabs share. */
export function sharedFetch(options) {
  const { name = 'engine' } = read('sharedFetch', options ?? {}, { name: text });
  const asker = new Asker(name);
  return (input, init) => asker.fetch(input, init);
}

export function answerRequests(options) {
  const { name = 'engine', path = '/v1/' } = read('answerRequests', options ?? {}, { name: text, path: text });
  const asker = new Asker(name);
  const answer = async (event, pathname) => {
    const { method, signal } = event.request;
    const body = await event.request.text();
    const address = `http://engine/v1/${pathname.slice(path.length)}`;
    return asker.fetch(address, { method, signal, body: body === '' ? null : body }, (closed) => event.waitUntil(closed));
  };
  self.addEventListener('fetch', (/** @type {any} */ event) => {
    const { url, mode } = event.request;
    const { origin, pathname } = new URL(url);
    if (origin === self.location.origin && pathname.startsWith(path) && mode !== 'navigate') {
      event.respondWith(answer(event, pathname));
    }
  });
}
