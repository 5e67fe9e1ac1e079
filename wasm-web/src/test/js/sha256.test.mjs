import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Sha256 } from '../../main/js/fetch/sha256.js';

const bytes = Uint8Array.from({ length: 260 }, (_, i) => (i * 151 + 7) & 255);
const expected = (part) => createHash('sha256').update(part).digest('hex');

test('every length around the blocks', () => {
  for (let length = 0; length <= bytes.length; length++) {
    assert.equal(new Sha256().update(bytes.subarray(0, length)).hex(), expected(bytes.subarray(0, length)), `${length} bytes`);
  }
});

test('chunks of every size, also none, and from the middle of a buffer', () => {
  for (let size = 1; size <= 130; size++) {
    const digest = new Sha256();
    digest.update(new Uint8Array(0));
    for (let at = 3; at < bytes.length; at += size) {
      digest.update(bytes.subarray(at, at + size));
    }
    assert.equal(digest.hex(), expected(bytes.subarray(3)), `chunks of ${size}`);
  }
});

test('a length whose bits do not fit 32', { timeout: 120_000 }, () => {
  const chunk = new Uint8Array(2 ** 24).fill(5);
  const ours = new Sha256();
  const theirs = createHash('sha256');
  for (let i = 0; i < 33; i++) { // beyond 2^32 bits
    ours.update(chunk);
    theirs.update(chunk);
  }
  assert.equal(ours.hex(), theirs.digest('hex'));
});
