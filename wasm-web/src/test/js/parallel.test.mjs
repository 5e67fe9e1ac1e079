import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fingerprint } from '../../main/js/fetch/fingerprint.js';
import { ChunkRuns, inParallel } from '../../main/js/fetch/parallel.js';
import { CHUNK } from '../../main/js/storage/store.js';
import { turns } from './support.mjs';

const jobs = (end, { run = 16, stored = [], needed = () => true } = {}) => new ChunkRuns(end, { run, stored: (i) => stored.includes(i), needed });

function taken(from) {
  const all = [];
  for (let job; (job = from.take());) {
    all.push(job);
  }
  return all;
}

test('every byte is handed out once, in order', () => {
  for (const [end, stored] of [[1, []], [CHUNK, [0]], [CHUNK + 1, []], [40 * CHUNK - 7, [0, 5, 6, 39]], [100 * CHUNK, []]]) {
    let at = 0;
    for (const { from, to, first, stored: there } of taken(jobs(end, { stored }))) {
      assert.equal(from, at);
      assert.equal(first, from / CHUNK);
      assert.equal(there, stored.includes(first));
      assert.ok(to > from);
      at = to;
    }
    assert.equal(at, end);
  }
});

test('nothing of nothing', () => {
  assert.deepEqual(taken(jobs(0)), []);
  assert.deepEqual(jobs(0).wanted, { first: 0, last: 0 });
});

test('runs have a limit, and become shorter towards the end', () => {
  const lengths = taken(jobs(100 * CHUNK, { run: 4 })).map(({ from, to }) => (to - from) / CHUNK);
  assert.equal(Math.max(...lengths), 4);
  assert.deepEqual(lengths.slice(-6), [1, 1, 1, 1, 1, 1]);
});

test('what is not needed is left out', () => {
  const needed = (from, to) => from < 6 * CHUNK && to > 3 * CHUNK + 5;
  const some = jobs(10 * CHUNK, { needed });
  assert.deepEqual(some.wanted, { first: 3, last: 5 });
  assert.deepEqual(taken(some).map(({ from, to }) => [from / CHUNK, to / CHUNK]), [[3, 5], [5, 6]]);
});

test('after a failure all requests have ended, and the first one says why', async () => {
  let running = 0;
  const control = new AbortController();
  const request = async () => {
    const mine = running++;
    try {
      if (mine === 1) {
        throw new Error('lost');
      }
      await new Promise((resolve) => { control.signal.addEventListener('abort', resolve); });
      await turns();
      throw new Error('stopped');
    } finally {
      running--;
    }
  };
  await assert.rejects(inParallel(request, 6, () => control.abort()), /^Error: lost$/);
  assert.equal(running, 0);
});

test('no more requests than are allowed', async () => {
  let most = 0;
  await inParallel(async () => { most++; }, 1, () => {});
  assert.equal(most, 1);
});

test('a file is known again by its ends', async () => {
  const file = (bytes) => ({
    async read(from, to, sink) {
      const part = bytes.subarray(from, to);
      sink(part.subarray(0, 1), from);
      sink(part.subarray(1), from + 1);
      return from + part.length;
    },
  });
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const ends = new Fingerprint();
  ends.between({ first: 0, last: 0 });
  await ends.take(0, bytes.subarray(0, 50));
  await ends.take(10, bytes.subarray(10, 20)); // is at no end
  const inside = bytes.slice();
  inside[70] = 0;
  assert.equal(await ends.matches(file(inside)), true, 'beyond what was taken');
  inside[49] = 0;
  assert.equal(await ends.matches(file(inside)), false);
  assert.equal(await ends.matches(file(bytes.subarray(0, 40))), false, 'it became shorter');
});
