import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backlog } from '../../main/js/storage/backlog.js';
import { checksum } from '../../main/js/storage/checksum.js';
import { turns } from './support.mjs';

/** A backlog that counts into a list; it fails with a chunk that is an error. */
function counting() {
  const counted = [];
  const backlog = new Backlog(async (chunk) => {
    await turns();
    if (chunk instanceof Error) {
      throw chunk;
    }
    counted.push(chunk);
  });
  return { counted, backlog };
}

test('a chunk waits until it is old, or somebody wants the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const pass = async (ms) => {
    now += ms;
    t.mock.timers.tick(ms);
    await turns();
    await turns();
  };
  const { counted, backlog } = counting();
  backlog.add('a');
  await pass(1000);
  backlog.add('b');
  await pass(999);
  assert.deepEqual(counted, []);
  await pass(1);
  assert.deepEqual(counted, ['a']);
  await backlog.end();
  assert.deepEqual(counted, ['a', 'b']);
  backlog.add('c');
  await turns();
  assert.deepEqual(counted, ['a', 'b'], 'waits again');
  backlog.add('d');
  await backlog.end();
  assert.deepEqual(counted, ['a', 'b', 'c', 'd']);
});

test('what went wrong is told to all who come later, and nothing is counted after it', async () => {
  const { counted, backlog } = counting();
  backlog.add('a');
  backlog.add(new Error('full'));
  backlog.add('b');
  await assert.rejects(backlog.end(), /^Error: full$/);
  await assert.rejects(backlog.end(), /^Error: full$/);
  assert.throws(() => backlog.add('c'), /^Error: full$/);
  assert.deepEqual(counted, ['a']);
});

test('nothing waits', async () => {
  const { backlog } = counting();
  await backlog.end();
});

test('a checksum sees every byte, and where it is', () => {
  for (const length of [0, 1, 3, 4, 15, 16, 17, 31, 64]) {
    const bytes = new Uint8Array(new SharedArrayBuffer(length + 4), 4, length).map((_, i) => 37 * i);
    const sums = new Set([checksum(bytes)]);
    assert.equal(checksum(bytes.slice()), [...sums][0]);
    for (let i = 0; i < length; i++) {
      const other = bytes.slice();
      other[i] ^= 1 << (i % 8);
      sums.add(checksum(other));
    }
    sums.add(checksum(new Uint8Array(length + 1)));
    assert.equal(sums.size, length + 2, `${length} bytes`);
    if (length >= 32) {
      assert.notEqual(checksum(bytes), checksum(Uint8Array.of(...bytes.subarray(16, 32), ...bytes.subarray(0, 16), ...bytes.subarray(32))));
    }
  }
});
