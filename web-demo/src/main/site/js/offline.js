import { $ } from './base/dom.js';

const WORKER = 'service-worker.js';
const REFUSES = /\bFirefox\//.test(navigator.userAgent); // seen in 153: the next visit ends with NS_ERROR_INTERCEPTION_FAILED
let asked = false;

/** Keeps the page for visits without a network, when nothing else is to be fetched any more. */
export async function keepPage() {
  if (asked || REFUSES || !navigator.serviceWorker) {
    return;
  }
  asked = true;
  try {
    await navigator.serviceWorker.register(WORKER);
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { document.body.dataset.offline = 'ready'; };
    active.postMessage('keep', [port2]);
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
