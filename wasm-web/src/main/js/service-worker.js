/*
 * For service workers: answers OpenAI's interface at a path of the page's own origin. No engine runs here, since a service worker starts no
 * workers: the requests go to the tab that leads (wasm-chord/shared).
 */
import { read, text } from './requests/options.js';
import { Asker } from './tabs/asker.js';

export function answerRequests(options) {
  const { name = 'engine', path = '/v1/' } = read('answerRequests', options ?? {}, { name: text, path: text });
  const asker = new Asker(name);
  self.addEventListener('fetch', (event) => {
    const { request, waitUntil } = /** @type {any} */ (event);
    const { origin, pathname } = new URL(request.url);
    if (origin === self.location.origin && pathname.startsWith(path) && request.mode !== 'navigate') {
      const address = `http://engine/v1/${pathname.slice(path.length)}`;
      const { method, signal } = request;
      const answer = async () => {
        const body = await request.text();
        return asker.fetch(address, { method, signal, body: body === '' ? null : body }, waitUntil.bind(event));
      };
      /** @type {any} */ (event).respondWith(answer());
    }
  });
}
