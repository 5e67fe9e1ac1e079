import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatRequest, classificationRequest, detokenizeRequest, embeddingRequest, logitsRequest, rerankRequest, textRequest, tokenizeRequest } from '../../main/js/requests/requests.js';
import { refuses } from './support.mjs';

const MESSAGES = [{ role: 'user', content: 'Hi' }];

test('what only the page has stays with the module', () => {
  const control = new AbortController();
  const onProgress = () => {};
  const kept = chatRequest({ messages: MESSAGES, signal: control.signal, onProgress, stream: true });
  assert.deepEqual([kept.signal, kept.onProgress, kept.stream], [control.signal, onProgress, true]);
  const nothing = textRequest({ prompt: 'a', signal: null, onProgress: undefined, stream: null });
  assert.deepEqual([nothing.signal, nothing.onProgress, nothing.stream], [undefined, undefined, false]);
  assert.equal(embeddingRequest({ input: 'a', encoding_format: null }).format, 'float');
});

test('what a request is, and what its signal and its callback are', async () => {
  for (const [create, call] of [[chatRequest, 'chat.completions.create'], [textRequest, 'completions.create'], [embeddingRequest, 'embeddings.create'], [rerankRequest, 'rerank'], [classificationRequest, 'classify']]) {
    for (const given of [undefined, null, 'text', [], 5]) {
      await refuses(() => create(given), 'invalid_request', new RegExp(`^${call} takes an object of options, not `));
    }
    await refuses(() => create({ signal: {} }), 'invalid_request', /^signal is an AbortSignal/);
  }
  await refuses(() => chatRequest({ messages: MESSAGES, onProgress: 'log' }), 'invalid_request', /^onProgress is a function, not "log"$/);
});

test('the small requests', async () => {
  assert.deepEqual(tokenizeRequest('a', null), { text: 'a', addSpecial: true, parseSpecial: false });
  assert.deepEqual(detokenizeRequest([1], { special: true }), { ids: [1], special: true });
  assert.deepEqual(logitsRequest([1]), { tokens: [1], positions: 'last', greedy: 0 });
  await refuses(() => tokenizeRequest(5), 'invalid_request', /^text is a text, not 5$/);
  await refuses(() => logitsRequest([1], { positions: 'first' }), 'invalid_request', /^positions is 'all' or 'last'/);
});
