import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { serve } from '../../main/js/threads/serve.js';
import { Connection } from '../../main/js/threads/connection.js';
import { transferables } from '../../main/js/threads/transferables.js';
import { canShare } from '../../main/js/threads/sharing.js';
import { SpawnedWorker } from '../../main/js/threads/spawned.js';
import { Spawner } from '../../main/js/threads/spawner.js';
import { refuses, turns } from './support.mjs';

/** The workers that were started; none of them does anything. */
let workers;

class IdleWorker {
  constructor(url, options) {
    Object.assign(this, { url: `${url}`, options, sent: [], ended: false });
    workers.push(this);
  }

  postMessage(message) {
    this.sent.push(message);
  }

  terminate() {
    this.ended = true;
  }
}

beforeEach(() => {
  workers = [];
  globalThis.Worker = IdleWorker;
});
afterEach(() => { delete globalThis.Worker; });

const ASSETS = (name) => `https://a.example/${name}`;

test('buffers move with a message, also those of views', () => {
  const buffer = new ArrayBuffer(4);
  const view = new Uint8Array(8);
  assert.deepEqual(transferables({ buffer, view, shared: new Uint8Array(new SharedArrayBuffer(4)), id: 5, nothing: null }), [buffer, view.buffer]);
  assert.deepEqual(transferables(undefined), []);
  assert.deepEqual(transferables('text'), []);
});

test('memory is shared on isolated pages alone', () => {
  assert.equal(canShare(), false);
  globalThis.crossOriginIsolated = true;
  assert.equal(canShare(), true);
  delete globalThis.crossOriginIsolated;
});

test('the engine’s worker is found by the option assets', () => {
  const connection = new Connection(ASSETS);
  assert.deepEqual([workers[0].url, workers[0].options.type], ['https://a.example/worker.js', 'module']);
  connection.close(new Error('over'));
  assert.equal(workers[0].ended, true);
});

test('answers find their requests', async () => {
  const connection = new Connection(ASSETS);
  const [worker] = workers;
  const events = [];
  const first = connection.request('load', { a: 1 }, { onEvent: (event) => events.push(event) });
  const second = connection.request('memory', {});
  assert.deepEqual(worker.sent, [{ id: 1, type: 'load', params: { a: 1 } }, { id: 2, type: 'memory', params: {} }]);
  worker.onmessage({ data: { id: 2, result: 'two' } });
  worker.onmessage({ data: { id: 1, event: { phase: 'load' } } });
  worker.onmessage({ data: { id: 1, error: { code: 'truncated', message: 'short' } } });
  worker.onmessage({ data: { id: 1, result: 'too late' } });
  assert.equal(await second, 'two');
  await refuses(() => first, 'truncated', /^short$/);
  assert.deepEqual(events, [{ phase: 'load' }]);
});

test('a question is answered, with nothing where the caller fails', async () => {
  const connection = new Connection(ASSETS);
  const [worker] = workers;
  connection.request('load', {}, { onQuestion: async (question) => question.needed });
  connection.request('load', {}, { onQuestion: async () => { throw new Error('x'); } });
  connection.request('load', {});
  [1, 2, 3].forEach((id) => worker.onmessage({ data: { id, event: { ask: id, question: { needed: 7 } } } }));
  await turns();
  assert.deepEqual(worker.sent.slice(3).map(({ params }) => [params.ask, params.answer]).sort(), [[1, 7], [2, 0], [3, 0]]);
});

test('an abort wins over an answer that it met on its way', async () => {
  const connection = new Connection(ASSETS);
  const [worker] = workers;
  const control = new AbortController();
  const asked = connection.request('chat', {}, { signal: control.signal });
  control.abort('enough');
  assert.deepEqual(worker.sent.at(-1), { id: 1, type: 'abort' });
  worker.onmessage({ data: { id: 1, result: 'done' } });
  await assert.rejects(asked, (error) => error.code === 'cancelled' && error.cause === 'enough');
  await refuses(() => connection.request('chat', {}, { signal: control.signal }), 'cancelled', /stopped/);
  assert.equal(worker.sent.length, 2, 'one that is aborted is not sent');
});

test('a worker that stays silent after an abort is ended', async () => {
  const connection = new Connection(ASSETS);
  const control = new AbortController();
  const asked = connection.request('load', {}, { signal: control.signal, patience: 0 });
  control.abort('enough');
  await refuses(() => asked, 'cancelled', /stopped/);
  assert.equal(workers[0].ended, true);
  await refuses(() => connection.request('memory', {}), 'cancelled', /stopped/);
});

test('an abort ends a wait for layers', () => {
  const connection = new Connection(ASSETS);
  connection.cancelWord = { state: new Int32Array(3), index: 2 };
  const control = new AbortController();
  connection.request('chat', {}, { signal: control.signal });
  control.abort();
  assert.deepEqual([...connection.cancelWord.state], [0, 0, 1]);
});

test('a worker that fails ends all that wait, and says what may be missing', async () => {
  const failed = (message) => {
    const connection = new Connection(ASSETS);
    const asked = connection.request('load', {});
    workers.at(-1).onerror({ message, preventDefault() {} });
    return asked;
  };
  await refuses(() => failed('boom'), 'internal', /^the engine's worker failed: boom/);
  await refuses(() => failed(undefined), 'engine_unavailable', /^https:\/\/a\.example\/worker\.js could not be loaded/);
});

test('the end waits for the worker’s word', async () => {
  const connection = new Connection(ASSETS);
  const [worker] = workers;
  const asked = connection.request('chat', {});
  const ended = connection.end(new Error('over'));
  await assert.rejects(asked, /over/);
  assert.deepEqual([worker.sent.at(-1), worker.ended], [{ type: 'stop' }, false]);
  assert.equal(connection.end(new Error('again')), ended);
  worker.onmessage({ data: { stopped: true } });
  await ended;
  assert.equal(worker.ended, true);
});

test('what cannot be sent is refused', async () => {
  const connection = new Connection(ASSETS);
  workers[0].postMessage = () => { throw new DOMException('no clone', 'DataCloneError'); };
  await refuses(() => connection.request('chat', {}), 'invalid_request', /^the request cannot be sent to the engine: no clone$/);
});

test('hosts without workers, and pages that refuse them', async () => {
  globalThis.Worker = class { constructor() { throw new DOMException('not here', 'SecurityError'); } };
  await refuses(() => new Connection(ASSETS), 'engine_unavailable', /^https:\/\/a\.example\/worker\.js could not be loaded.*\(not here\)$/);
  delete globalThis.Worker;
  await refuses(() => new Connection(ASSETS), 'unsupported_browser', /this host has no Worker/);
});

test('a worker asks the page for another, and speaks with it alone', async () => {
  const toPage = [];
  const before = { postMessage: self.postMessage, addEventListener: self.addEventListener, removeEventListener: self.removeEventListener };
  const page = new EventTarget();
  Object.assign(self, {
    postMessage: (message) => toPage.push(message),
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  });
  const spawned = new SpawnedWorker('digest');
  try {
    const failures = [];
    spawned.onerror = ({ message }) => failures.push(message);
    const asker = { postMessage: (message) => page.dispatchEvent(Object.assign(new Event('message'), { data: message })) };
    const spawner = new Spawner(asker, ASSETS);
    assert.equal(spawner.take({ id: 5 }), false, 'a message of another kind');
    assert.equal(spawner.take(toPage[0]), true);
    const [worker] = workers;
    assert.equal(worker.url, 'https://a.example/digest-worker.js');

    serve((message, reply) => reply({ twice: 2 * message.number }));
    self.onmessage({ data: worker.sent[0] });
    const answered = new Promise((resolve) => { spawned.onmessage = ({ data }) => resolve(data); });
    spawned.postMessage({ number: 21 });
    assert.deepEqual(await answered, { twice: 42 });

    worker.onerror({ message: undefined, preventDefault() {} });
    assert.match(failures[0], /^https:\/\/a\.example\/digest-worker\.js could not be loaded/);
    globalThis.Worker = class { constructor() { throw new Error('refused'); } };
    spawner.take({ ...toPage[0], port: null });
    assert.match(failures[1], /refused/);

    spawned.terminate();
    assert.equal(spawner.take(toPage.at(-1)), true);
    assert.equal(worker.ended, true);
    spawner.close();
  } finally {
    Object.assign(self, before);
    delete self.onmessage;
  }
});
