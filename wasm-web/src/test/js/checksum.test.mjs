import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksum } from '../../main/js/storage/checksum.js';

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
