import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pieces } from '../../main/js/requests/answers.js';
import { turns } from './support.mjs';

async function all(pieces) {
  const read = [];
  for await (const piece of pieces) {
    read.push(piece);
  }
  return read;
}

test('pieces come in order, also to a reader that waits', async () => {
  const pieces = new Pieces();
  pieces.push('a');
  const reading = all(pieces);
  await turns();
  pieces.push('b');
  pieces.push('c');
  await turns();
  pieces.end({ finish: 'stop' });
  assert.deepEqual(await reading, ['a', 'b', 'c']);
  assert.deepEqual(pieces.result, { finish: 'stop' });
});

test('a failure comes after what was there before', async () => {
  const pieces = new Pieces();
  const seen = [];
  pieces.push('a');
  pieces.fail(new Error('lost'));
  await assert.rejects(async () => {
    for await (const piece of pieces) {
      seen.push(piece);
    }
  }, /^Error: lost$/);
  assert.deepEqual(seen, ['a']);
});

test('after a cut nothing more comes, and the reader is told why, also where the answer had ended', async () => {
  const pieces = new Pieces();
  const reason = new Error('enough');
  pieces.push('a');
  pieces.end({});
  pieces.cut(reason);
  pieces.push('b');
  await assert.rejects(all(pieces), (error) => error.code === 'cancelled' && error.name === 'AbortError' && error.cause === reason);
});

test('an answer without pieces', async () => {
  const pieces = new Pieces();
  pieces.end({});
  assert.deepEqual(await all(pieces), []);
});
