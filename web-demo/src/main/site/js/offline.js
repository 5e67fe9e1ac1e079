import { $ } from './base/dom.js';

const WORKER = 'service-worker.js';
let asked = false;

/** The address as the page's policy of trusted types takes it, where the browser has them. */
function trusted(script) {
  return self.trustedTypes ? self.trustedTypes.createPolicy('wasm-chord-page', { createScriptURL: (url) => url }).createScriptURL(script) : script;
}

/** Keeps the page for visits without a network, when nothing else is to be fetched any more. */
export async function keepPage() {
  if (asked || !navigator.serviceWorker) {
    return;
  }
  asked = true;
  try {
    await navigator.serviceWorker.register(trusted(WORKER));
    await navigator.serviceWorker.ready;
    document.body.dataset.offline = 'ready';
  } catch (error) {
    console.warn(`The page is not kept for visits without a network: ${error.message}`);
  }
}

/** Offers to install the page, where the browser lets a page do that. */
export function offerInstall() {
  let prompt = null;
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt = event;
    $('install').hidden = false;
  });
  addEventListener('appinstalled', () => { $('install').hidden = true; });
  $('install').addEventListener('click', async () => {
    await prompt?.prompt();
    $('install').hidden = true;
  });
}
