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

const large = Uint8Array.from({ length: 3 * 2 ** 20 + 77 }, (_, i) => (i * 2654435761) >>> 24);

test('large pieces, which WebAssembly takes, among small ones', () => {
  for (const sizes of [[large.length], [1, 65536, 63, 2 ** 20 + 1, 64, 130, 2 ** 20 - 1], [65535, 65536]]) {
    const digest = new Sha256();
    let at = 0;
    for (let i = 0; at < large.length; i++) {
      const size = sizes[i % sizes.length];
      digest.update(large.subarray(at, at + size));
      at += size;
    }
    assert.equal(digest.hex(), expected(large), `pieces of ${sizes}`);
  }
});

test('two digests at once do not share what they know', () => {
  const one = new Sha256().update(large.subarray(0, 2 ** 20));
  const other = new Sha256().update(large.subarray(5));
  one.update(large.subarray(2 ** 20));
  assert.equal(one.hex(), expected(large));
  assert.equal(other.hex(), expected(large.subarray(5)));
});

test('where WebAssembly is refused, the same without', async (t) => {
  const { Module } = WebAssembly;
  t.after(() => { WebAssembly.Module = Module; });
  WebAssembly.Module = /** @type {any} */ (class {
    constructor() {
      throw new WebAssembly.CompileError('a policy refuses it');
    }
  });
  const { Sha256: Plain } = await import(`../../main/js/fetch/sha256.js?${'refused'}`);
  assert.equal(new Plain().update(large).hex(), expected(large));
});
