/*
 * Makes a page cross-origin isolated where its host cannot send headers, so that it may use threads.
 * Copy this file beside the page and name it in the page's head, before anything else:
 *
 *   <script src="isolation.js"></script>
 *
 * The page is loaded once more at a first visit. The file is both that script and the service worker, which sends the
 * answers for pages and workers of this folder on with the two headers. Needs https, or a host on this machine.
 *
 * A page with a service worker of its own names it: <script src="isolation.js" data-worker="service-worker.js"></script>.
 * That one ends with importScripts('isolation.js'); answers for pages and workers that it gives itself are those of self.isolated(response).
 */
(() => {
  const TRIED = 'wasm-chord.isolation';

  /** The same answer with the two headers. */
  function isolated(response) {
    if (response.type === 'opaqueredirect' || response.status === 0) {
      return response;
    }
    const headers = new Headers(response.headers);
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    const empty = [204, 205, 304].includes(response.status);
    return new Response(empty ? null : response.body, { status: response.status, statusText: response.statusText, headers });
  }

  function serve() {
    const handled = ['document', 'iframe', 'frame', 'worker', 'sharedworker'];
    self.isolated = isolated;
    self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
    self.addEventListener('fetch', (event) => {
      const { request } = event;
      if (handled.includes(request.destination) && new URL(request.url).origin === self.location.origin) {
        event.respondWith(fetch(request).then(isolated)); // everything else, models above all, goes its way untouched
      }
    });
  }

  /** The address as pages with require-trusted-types-for take it, where they let the policy be made. */
  function trusted(script) {
    try {
      return self.trustedTypes.createPolicy('wasm-chord-isolation', { createScriptURL: (url) => url }).createScriptURL(script);
    } catch {
      return script;
    }
  }

  async function install(script) {
    await navigator.serviceWorker.register(trusted(script));
    await navigator.serviceWorker.ready;
    if (sessionStorage.getItem(TRIED)) {
      return; // it did not help: go on with one thread rather than load for ever
    }
    sessionStorage.setItem(TRIED, '1');
    location.reload();
  }

  if (typeof document === 'undefined') {
    serve();
  } else if (self.crossOriginIsolated) {
    sessionStorage.removeItem(TRIED);
  } else if (navigator.serviceWorker) {
    const { src, dataset } = document.currentScript;
    install(dataset.worker ? new URL(dataset.worker, document.baseURI).href : src).catch((error) => console.warn(`isolation.js: ${error.message}; the page stays with one thread`));
  }
})();
