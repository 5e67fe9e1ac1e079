import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferWriter } from '../../main/js/gpu/buffer-writer.js';

/** A GPU that checks what a real one would refuse. */
function fakeGpu(length) {
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
  return {
    bytes,
    writeBytes(buffer, offset, piece) {
      assert.equal(buffer, 3);
      assert.equal(offset % 4, 0);
      assert.equal(piece.length % 4, 0);
      bytes.set(piece, offset);
    },
  };
}

test('pieces of any length, in any order, fill a buffer by whole words', () => {
  for (const [length, step] of [[1, 1], [102, 1], [102, 3], [103, 7], [104, 5], [4096, 1000]]) {
    const data = Uint8Array.from({ length }, (_, i) => i * 7 + 1);
    const gpu = fakeGpu(length);
    const writer = new BufferWriter(gpu, 3, length);
    const starts = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
    starts.sort((a, b) => (a * 31) % 17 - (b * 31) % 17);
    starts.forEach((start) => writer.write(data.subarray(start, start + step), start));
    assert.deepEqual([...gpu.bytes.subarray(0, length)], [...data]);
  }
});
