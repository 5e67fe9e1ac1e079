import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODELS } from '../../main/js/sources/catalogue.js';
import { sourceOf } from '../../main/js/sources/model-source.js';
import { filesOf } from '../../main/js/sources/sources.js';
import { WasmChord } from '../../main/js/wasm-chord.js';

const FIELDS = ['about', 'bytes', 'id', 'license', 'name', 'purpose', 'sha256', 'source'];
const PURPOSES = ['chat', 'embedding', 'rerank'];

test('every model of the catalogue has all that is told of one', () => {
  for (const model of MODELS) {
    assert.deepEqual(Object.keys(model).sort(), FIELDS, model.id);
    assert.match(model.id, /^[a-z0-9.-]+$/);
    assert.ok(PURPOSES.includes(model.purpose), model.id);
    assert.ok(Number.isSafeInteger(model.bytes) && model.bytes > 1e8 && model.bytes < 2e9, model.id);
    assert.match(model.sha256, /^[0-9a-f]{64}$/);
    assert.match(model.source.revision, /^[0-9a-f]{40}$/);
    assert.match(model.source.file, /\.gguf$/);
    assert.equal(model.license, 'apache-2.0'); // docs/npm.md says so of all
    assert.match(model.about, /^[A-Z].*\.$/);
    assert.ok(model.name);
  }
});

test('no model is there twice', () => {
  for (const key of [({ id }) => id, ({ name }) => name, ({ sha256 }) => sha256, ({ source: { repo, file } }) => `${repo}/${file}`]) {
    assert.equal(new Set(MODELS.map(key)).size, MODELS.length);
  }
});

test('of each purpose there is one, the smallest first', () => {
  for (const purpose of PURPOSES) {
    const sizes = MODELS.filter((model) => model.purpose === purpose).map(({ bytes }) => bytes);
    assert.ok(sizes.length > 0, purpose);
    assert.deepEqual(sizes, sizes.toSorted((a, b) => a - b));
  }
});

test('its sources can be loaded as they are', async () => {
  for (const { source } of MODELS) {
    const [{ url }] = await filesOf(await sourceOf(source), {}, 'https://page.example/');
    assert.equal(url, `https://huggingface.co/${source.repo}/resolve/${source.revision}/${source.file}`);
  }
});

test('the list cannot be changed, and a page may put its own in its place', () => {
  assert.equal(WasmChord.models, MODELS);
  assert.ok([MODELS, ...MODELS, ...MODELS.map(({ source }) => source)].every(Object.isFrozen));
  const own = [{ ...MODELS[0], id: 'own' }];
  WasmChord.models = own;
  assert.equal(WasmChord.models, own);
  WasmChord.models = MODELS;
});
