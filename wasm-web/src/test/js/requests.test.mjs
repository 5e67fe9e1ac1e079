import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatRequest, classificationRequest, detokenizeRequest, embeddingRequest, logitsRequest, rerankRequest, resumeRequest, textRequest, tokenizeRequest } from '../../main/js/requests/requests.js';
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

test('a journal has a name, and its answer goes on as the page now is', async () => {
  const { journal, json } = chatRequest({ messages: MESSAGES, journal: 'question-7.a' });
  assert.equal(journal, 'question-7.a');
  const sent = JSON.parse(json({ id: 'a', loadMs: 1 }));
  assert.deepEqual([sent.journaled, 'journal' in sent.request, sent.options.includes('journal')], [true, false, true]);
  for (const wrong of ['', '.a', 'a/b', 'a b', 'a'.repeat(101), 5, {}]) {
    await refuses(() => chatRequest({ messages: MESSAGES, journal: wrong }), 'invalid_request', /^journal is a name/);
    await refuses(() => resumeRequest(wrong), 'invalid_request', /^the name of a journal is a name/);
  }
  const resumed = resumeRequest('a', { stream: true, signal: null });
  assert.deepEqual([resumed.name, resumed.stream, JSON.parse(resumed.json({ loadMs: 1 }))], ['a', true, { load_ms: 1, processes: false, stream: true }]);
  assert.deepEqual(JSON.parse(resumeRequest('a').json({ loadMs: 2, session: 3 })), { load_ms: 2, session: 3, processes: false });
  await refuses(() => resumeRequest('a', { temperature: 1 }), 'invalid_request', /^resume has no option "temperature"/);
});

test('the small requests', async () => {
  assert.deepEqual(tokenizeRequest('a', null), { text: 'a', addSpecial: true, parseSpecial: false });
  assert.deepEqual(detokenizeRequest([1], { special: true }), { ids: [1], special: true });
  assert.deepEqual(logitsRequest([1]), { tokens: [1], positions: 'last', greedy: 0 });
  await refuses(() => tokenizeRequest(5), 'invalid_request', /^text is a text, not 5$/);
  await refuses(() => logitsRequest([1], { positions: 'first' }), 'invalid_request', /^positions is 'all' or 'last'/);
});
