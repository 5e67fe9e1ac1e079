import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { RETRY, backOff, online, pause, retryAfter } from '../../main/js/fetch/retry.js';
import { NEVER } from './support.mjs';

const after = (value) => retryAfter(new Response('', { headers: value === null ? {} : { 'Retry-After': value } }));

test('what a server asks to wait', () => {
  assert.equal(after('3'), 3000);
  assert.equal(after('0'), 0);
  assert.equal(after(null), null);
  assert.equal(after('soon'), null);
  assert.equal(after(new Date(0).toUTCString()), 0);
  const later = after(new Date(Date.now() + 3_600_000).toUTCString());
  assert.ok(later > 3_500_000 && later <= 3_600_000, later);
});

test('a pause doubles, with jitter, up to the longest', () => {
  for (const [random, factor] of [[0, 0.5], [0.999999, 1.5]]) {
    const fixed = mock.method(Math, 'random', () => random);
    assert.ok(Math.abs(backOff(1, RETRY, null) - RETRY.delayMs * factor) < 1);
    assert.ok(Math.abs(backOff(3, RETRY, null) - 4 * RETRY.delayMs * factor) < 1);
    assert.equal(backOff(60, RETRY, null), RETRY.longestMs);
    fixed.mock.restore();
  }
  assert.equal(backOff(3, RETRY, 10), 10);
  assert.equal(backOff(1, RETRY, 3_600_000), RETRY.longestMs);
});

test('an abort ends a pause, with its reason', async () => {
  const control = new AbortController();
  const waiting = pause(3_600_000, control.signal);
  control.abort('enough');
  await assert.rejects(waiting, (reason) => reason === 'enough');
  await pause(0, control.signal); // one that had aborted before is asked about by whoever waits
  await pause(0, undefined);
});

test('without a network it is waited for', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const heard = new EventTarget();
  const { addEventListener, removeEventListener } = self;
  Object.assign(self, { addEventListener: heard.addEventListener.bind(heard), removeEventListener: heard.removeEventListener.bind(heard) });
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: false }, configurable: true });
  try {
    let back = false;
    const waiting = online(RETRY, NEVER).then(() => { back = true; });
    await new Promise(setImmediate);
    assert.equal(back, false);
    heard.dispatchEvent(new Event('online'));
    await waiting;
    await online({ ...RETRY, offlineMs: 0 }, NEVER); // it is tried all the same when that time is over
    const control = new AbortController();
    const aborted = online(RETRY, control.signal);
    control.abort('enough');
    await assert.rejects(aborted, (reason) => reason === 'enough');
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
    await online(RETRY, NEVER); // nobody knows
  } finally {
    Object.assign(self, { addEventListener, removeEventListener });
    if (before) {
      Object.defineProperty(globalThis, 'navigator', before);
    } else {
      delete globalThis.navigator;
    }
  }
});
