/* A service worker starts no engine: it asks the one of a document that nobody sees. */
import { sharedFetch } from './wasm-chord/service-worker.js';

const { chrome } = globalThis;
const ask = sharedFetch();

async function answer({ content }) {
  const document = { url: 'offscreen.html', reasons: ['WORKERS'], justification: 'a language model computes in workers' };
  await chrome.offscreen.createDocument(document).catch(() => {}); // there is one already
  const body = JSON.stringify({ temperature: 0, messages: [{ role: 'user', content }] });
  const { choices, error } = await (await ask('http://engine/v1/chat/completions', { method: 'POST', body })).json();
  return choices?.[0].message.content ?? `${error.code}: ${error.message}`;
}

chrome.runtime.onMessage.addListener((message, _, respond) => {
  answer(message).then(respond);
  return true; // the answer comes later
});
