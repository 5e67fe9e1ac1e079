import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chunks } from '../../main/js/requests/answers.js';
import { turns } from './support.mjs';

async function all(chunks) {
  const read = [];
  for await (const chunk of chunks) {
    read.push(chunk);
  }
  return read;
}

test('chunks come in order, also to a reader that waits', async () => {
  const chunks = new Chunks();
  chunks.push('a');
  const reading = all(chunks);
  await turns();
  chunks.push('b');
  chunks.push('c');
  await turns();
  chunks.end({ finish: 'stop' });
  assert.deepEqual(await reading, ['a', 'b', 'c']);
  assert.deepEqual(chunks.result, { finish: 'stop' });
});

test('a failure comes after what was there before', async () => {
  const chunks = new Chunks();
  const seen = [];
  chunks.push('a');
  chunks.fail(new Error('lost'));
  await assert.rejects(async () => {
    for await (const chunk of chunks) {
      seen.push(chunk);
    }
  }, /^Error: lost$/);
  assert.deepEqual(seen, ['a']);
});

test('after a cut nothing more comes, and the reader is told why, also where the answer had ended', async () => {
  const chunks = new Chunks();
  const reason = new Error('enough');
  chunks.push('a');
  chunks.end({});
  chunks.cut(reason);
  chunks.push('b');
  await assert.rejects(all(chunks), (error) => error.code === 'cancelled' && error.name === 'AbortError' && error.cause === reason);
});

test('an answer without chunks', async () => {
  const chunks = new Chunks();
  chunks.end({});
  assert.deepEqual(await all(chunks), []);
});
