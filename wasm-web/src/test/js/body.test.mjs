import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Body, reads, stalled } from '../../main/js/fetch/body.js';
import { streamOf } from './support.mjs';

const body = (chunks, { at = 0, whole = true, length } = {}) =>
    new Body(new Response(streamOf(chunks), { headers: length === undefined ? {} : { 'Content-Length': `${length}` } }), at, whole);

async function drained(one) {
  const all = [];
  for (let chunk; (chunk = await one.next());) {
    all.push(...chunk);
    one.at += chunk.length;
  }
  return all;
}

test('bytes that were read too far come once more', async () => {
  const one = body([[1, 2, 3], [4]]);
  const chunk = await one.next();
  one.at += chunk.length;
  one.back(chunk.subarray(1));
  chunk.fill(9); // the reader's buffer is used again
  assert.equal(one.at, 1);
  assert.deepEqual(await drained(one), [2, 3, 4]);
  assert.equal(one.at, 4);
});

test('a body that kept its promise tells a file that became shorter', async () => {
  const short = body([[1, 2]], { length: 2 });
  assert.equal(short.shorter(3), false, 'it is not at its end');
  await drained(short);
  assert.deepEqual([short.shorter(3), short.shorter(2), short.shorter(null)], [true, false, false]);
  const broken = body([[1, 2]], { length: 3 });
  await drained(broken);
  assert.equal(broken.shorter(4), false, 'the connection broke');
  const part = body([[1, 2]], { length: 2, whole: false });
  await drained(part);
  assert.equal(part.shorter(3), false);
});

test('streams of bytes and of chunks are read alike', async () => {
  for (const stream of [streamOf([[1], [2, 3]]), new Blob([new Uint8Array([1, 2, 3])]).stream(), new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array([1, 2, 3]));
      controller.close();
    },
  })]) {
    const { next } = reads(stream);
    const all = [];
    for (let read = await next(); !read.done; read = await next()) {
      all.push(...read.value);
    }
    assert.deepEqual(all, [1, 2, 3]);
  }
});

test('a read that brings nothing ends', async () => {
  await assert.rejects(stalled(() => new Promise(() => {}), 1), /^Error: nothing came for 0\.001 seconds$/);
  assert.equal(await stalled(async () => 5, 3_600_000), 5);
  await assert.rejects(stalled(async () => { throw new Error('lost'); }, 3_600_000), /^Error: lost$/);
});
