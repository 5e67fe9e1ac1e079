import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assetsOf } from '../../main/js/requests/assets.js';
import { adapterOptions, loadOptions } from '../../main/js/requests/load-options.js';
import { refuses } from './support.mjs';

test('no options are the defaults', () => {
  assert.deepEqual(loadOptions('load', undefined), {});
  assert.deepEqual(loadOptions('load', null), {});
});

test('headers come in every form that fetch takes, and are never shown', async () => {
  for (const headers of [{ 'X-A': 1 }, [['x-a', '1']], new Headers({ 'X-A': '1' })]) {
    const [[name, value]] = Object.entries(loadOptions('load', { headers }).headers);
    assert.deepEqual([name.toLowerCase(), value], ['x-a', '1']);
  }
  await assert.rejects(async () => loadOptions('load', { headers: [['secret']] }), (error) => error.code === 'invalid_request' && !error.message.includes('secret'));
});

test('digests are hexadecimal, in lower case', async () => {
  const digest = 'ab'.repeat(32);
  assert.deepEqual(loadOptions('load', { sha256: digest }).sha256, [digest]);
  for (const sha256 of [digest.toUpperCase(), digest.slice(1), `${digest}\n`, 5]) {
    await refuses(() => loadOptions('load', { sha256 }), 'invalid_request', /^sha256(\[0\])? is 64 hexadecimal digits/);
  }
});

test('storage of all sites knows one file by its digest', async () => {
  const sha256 = 'ab'.repeat(32);
  assert.equal(loadOptions('load', { sha256, crossOriginStorage: true }).crossOriginStorage, true);
  for (const given of [undefined, [sha256, sha256]]) {
    await refuses(() => loadOptions('load', { sha256: given, crossOriginStorage: true }), 'invalid_request', /^crossOriginStorage .* sha256$/);
  }
});

test('an adapter needs a name', async () => {
  assert.deepEqual(adapterOptions({ name: 'polite', cache: false }), { name: 'polite', cache: false });
  await refuses(() => adapterOptions(undefined), 'invalid_request', /^name is missing/);
  await refuses(() => adapterOptions({ name: 1 }), 'invalid_request', /^name is a text/);
  await refuses(() => adapterOptions({ name: 'a', scale: 1 }), 'invalid_request', /scale/);
});

test('numbers have limits', async () => {
  assert.equal(loadOptions('load', { threads: 64 }).threads, 64);
  for (const [option, value] of [['threads', 0], ['threads', 65], ['contextLength', 0], ['contextLength', 2 ** 26 + 1], ['memoryBudget', 0], ['prefetch', -1]]) {
    await refuses(() => loadOptions('load', { [option]: value }), 'invalid_request', new RegExp(`^${option} is a whole number`));
  }
  await refuses(() => loadOptions('load', { retry: { attempts: 0 } }), 'invalid_request', /^retry\.attempts is/);
});

test('assets lead to addresses', async () => {
  assert.equal(assetsOf(undefined), null);
  assert.equal(assetsOf({ base: 'https://a.example/chord' })('worker.js'), 'https://a.example/chord/worker.js');
  assert.equal(assetsOf({ base: new URL('https://a.example/chord/') })('worker.js'), 'https://a.example/chord/worker.js');
  assert.equal(assetsOf((name) => `https://a.example/${name}?v=1`)('worker.js'), 'https://a.example/worker.js?v=1');
  await refuses(() => assetsOf(() => 5)('worker.js'), 'invalid_request', /^assets\('worker\.js'\) is an address, not 5$/);
  await refuses(() => assetsOf({ base: 'nowhere' }), 'invalid_request', /^assets: nowhere\/ is no address$/);
  for (const given of [{}, { base: 5 }, null, 'https://a.example']) {
    await refuses(() => assetsOf(given), 'invalid_request', /^assets is \{ base: /);
  }
});
