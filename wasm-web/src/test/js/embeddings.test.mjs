import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDimensions, embeddingList } from '../../main/js/requests/embeddings.js';
import { refuses } from './support.mjs';

const INFO = { name: 'Some model', architecture: 'bert', hidden: 4 };
const SHORTER = { name: 'nomic-embed-text-v1.5', architecture: 'nomic-bert', hidden: 4 };
const one = (vector, options, info = INFO) => embeddingList([vector], 3, { normalize: true, format: 'float', ...options }, info).data[0].embedding;

test('the three ways of writing a vector', () => {
  const vector = new Float32Array([1, -0.5]);
  assert.deepEqual(one(vector), [1, -0.5]);
  assert.equal(one(vector, { format: 'float32array' }), vector);
  assert.equal(one(vector, { format: 'base64' }), Buffer.from(vector.buffer).toString('base64'));
  assert.equal(one(new Float32Array(0), { format: 'base64' }), '');
});

test('one vector for each token', () => {
  assert.deepEqual(one([new Float32Array([1]), new Float32Array([2])]), [[1], [2]]);
});

test('a shorter vector has length 1, unless it is wanted as it is', () => {
  const vector = new Float32Array([3, 4, 12, 0]);
  assert.deepEqual(one(vector, { dimensions: 2 }, SHORTER), [Math.fround(0.6), Math.fround(0.8)]);
  assert.deepEqual(one(vector, { dimensions: 2, normalize: false }, SHORTER), [3, 4]);
  assert.deepEqual(one(vector, { dimensions: 4 }, INFO), [3, 4, 12, 0]);
  assert.deepEqual(one(new Float32Array(4), { dimensions: 2 }, SHORTER), [0, 0]);
});

test('only families that were trained for it are cut', async () => {
  for (const name of ['nomic-embed-text-v1.5', 'Nomic Embed Text v2 MoE', 'Qwen3 Embedding 0.6B', 'jina-embeddings-v3', 'snowflake-arctic-embed-m-v1.5', 'mxbai-embed-large-v1']) {
    checkDimensions(2, { ...INFO, name });
  }
  checkDimensions(2, { ...INFO, architecture: 'gemma-embedding' });
  checkDimensions(4, INFO);
  checkDimensions(undefined, INFO);
  for (const name of ['nomic-embed-text-v1', 'jina-embeddings-v2', 'snowflake-arctic-embed-m', 'not-a-nomic', '']) {
    await refuses(() => checkDimensions(2, { ...INFO, name }), 'invalid_request', /^dimensions is 2, but .* is not known to be trained/);
  }
  await refuses(() => one(new Float32Array(4), { dimensions: 5 }, SHORTER), 'invalid_request', /^dimensions is 5; the vectors of .* have 4 numbers$/);
});

test('the list counts tokens', () => {
  const { usage, data } = embeddingList([new Float32Array(1), new Float32Array(1)], 7, { format: 'float' }, INFO);
  assert.deepEqual(usage, { prompt_tokens: 7, total_tokens: 7 });
  assert.deepEqual(data.map(({ index }) => index), [0, 1]);
});
