import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK, bytesOf, complete, folder, journal, keyOf, replay } from '../../main/js/storage/store.js';
import { refuses } from './support.mjs';

const lines = (...records) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

test('a journal says what counts', () => {
  const entry = replay(lines({ url: 'u', name: 'n', created: 1 }, { size: 9, etag: 'e' }, { chunk: 0, sum: 'a' }, { chunk: 1, sum: 'b' }, { verified: 'v' }, { used: 5 }));
  assert.deepEqual([entry.url, entry.size, entry.verified, entry.used, [...entry.chunks]], ['u', 9, 'v', 5, [[0, 'a'], [1, 'b']]]);
});

test('what was verified was so without what came later', () => {
  assert.equal(replay(lines({ verified: 'v' }, { chunk: 0, sum: 'a' })).verified, null);
  const dropped = replay(lines({ chunk: 0, sum: 'a' }, { verified: 'v' }, { dropped: 0 }));
  assert.deepEqual([dropped.verified, dropped.chunks.size], [null, 0]);
});

test('a line that a crash cut off is ignored', () => {
  assert.equal(replay(`${lines({ chunk: 0, sum: 'a' })}{"chunk": 1, "su`).chunks.size, 1);
  assert.equal(replay('').chunks.size, 0);
});

test('lines that are JSON and no record are ignored', () => {
  for (const line of ['null', '5', '"chunk"', 'true']) {
    assert.equal(replay(`${line}\n${lines({ chunk: 0, sum: 'a' })}`).chunks.size, 1, line);
  }
});

test('a chunk without a checksum is none', () => {
  const entry = replay(lines({ chunk: 0, sha256: 'a' }, { chunk: 1, sum: 'b' }, { verified: 'v' }, { chunk: 2, sha256: 'c' }));
  assert.deepEqual([[...entry.chunks], entry.verified], [[[1, 'b']], null]);
});

test('bytes of what is there', () => {
  const chunks = (...indices) => new Map(indices.map((index) => [index, 'a']));
  assert.equal(bytesOf({ chunks: chunks(0, 1), size: CHUNK + 5 }), CHUNK + 5);
  assert.equal(bytesOf({ chunks: chunks(1), size: CHUNK + 5 }), 5);
  assert.equal(bytesOf({ chunks: chunks(0, 7), size: CHUNK }), CHUNK, 'a chunk beyond the end');
  assert.equal(bytesOf({ chunks: chunks(0) }), CHUNK);
});

test('a half model is never a whole one', () => {
  const entry = { chunks: new Map([[0, 'a'], [1, 'b']]), size: CHUNK + 1, etag: 'e' };
  assert.equal(complete(entry), true);
  assert.equal(complete({ ...entry, size: 2 * CHUNK + 1 }), false);
  assert.equal(complete({ ...entry, etag: null }), false);
  assert.equal(complete({ ...entry, etag: null, used: 5 }), true);
  assert.equal(complete({ ...entry, size: undefined }), false);
  assert.equal(complete({ chunks: new Map(), size: 0, etag: 'e' }), false);
});

test('files have names of their addresses', async () => {
  assert.match(await keyOf('https://host.example/m.gguf'), /^[0-9a-f]{32}$/);
  assert.notEqual(await keyOf('https://host.example/m.gguf'), await keyOf('https://host.example/m.gguf?2'));
});

test('a journal that changes is asked for again, one that is gone is none', async () => {
  const failing = (...names) => ({
    asked: 0,
    async getFile() {
      this.asked++;
      const name = names.shift();
      if (name) {
        throw new DOMException('x', name);
      }
      return new Blob([lines({ chunk: 0, sum: 'a' })]);
    },
  });
  const changing = failing('NotReadableError', 'NotReadableError');
  assert.equal((await journal(changing)).chunks.size, 1);
  assert.equal(changing.asked, 3);
  assert.equal(await journal(failing('NotFoundError')), null);
  await refuses(() => journal(failing(...Array(99).fill('NotReadableError'))), 'busy', /cannot be read now/);
  await refuses(() => journal(failing('SecurityError')), 'busy', /cannot be read now/);
});

test('a browser without storage says so', async () => {
  globalThis.navigator ??= {};
  await refuses(() => folder(true), 'no_storage', /gives the page no storage/);
});
