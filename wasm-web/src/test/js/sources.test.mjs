import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepable, kept, nameOf, shown } from '../../main/js/sources/address.js';
import { sourceOf } from '../../main/js/sources/model-source.js';
import { filesOf, firstOf, laterFiles } from '../../main/js/sources/sources.js';
import { refuses } from './support.mjs';

const BASE = 'https://page.example/app/';
const HUB = { repo: 'owner/name', file: 'q4/model.gguf' };

test('what opens a file is neither kept nor shown', () => {
  const signed = 'https://host.example/m.gguf?X-Amz-Signature=s&X-Goog-Date=d&token=t&access_token=a&expires=5&Key-Pair-Id=k&version=2#part';
  assert.equal(kept(signed), 'https://host.example/m.gguf?version=2');
  assert.equal(shown(signed), 'https://host.example/m.gguf?…');
  assert.equal(shown('https://me:secret@host.example/m.gguf'), 'https://host.example/m.gguf');
  assert.equal(shown('data:text/plain,secret'), 'data:…');
  assert.ok(shown(`https://host.example/${'x'.repeat(1000)}`).length <= 300);
});

test('a query without secrets stays as it is written', () => {
  assert.equal(kept('https://host.example/m.gguf?a=%7e+b&monkey=1'), 'https://host.example/m.gguf?a=%7e+b&monkey=1');
});

test('the name of a file', () => {
  assert.equal(nameOf('https://host.example/a/my%20model.gguf?x'), 'my model.gguf');
  assert.equal(nameOf('https://host.example/%E0%A4%A'), '%E0%A4%A');
  assert.equal(nameOf('https://host.example/'), 'https://host.example/');
  assert.equal(nameOf('data:,x'), 'data:…');
  assert.deepEqual(['https://a.example', 'http://a.example', 'blob:https://a.example/x', 'data:,', 'chrome-extension://x/y'].map(keepable), [true, true, false, false, false]);
});

test('addresses are relative to the page', async () => {
  assert.deepEqual(await filesOf('../m.gguf', { A: 'b' }, BASE), [{ url: 'https://page.example/m.gguf', headers: { A: 'b' } }]);
  await refuses(() => filesOf('https://', {}, BASE), 'invalid_request', /^"https:\/\/" is no address/);
  await refuses(() => filesOf('https://me:word@host.example/m', {}, BASE), 'invalid_request', /^https:\/\/host\.example\/m: a name and a password/);
  await refuses(() => filesOf([], {}, BASE), 'invalid_request', /no file of a model is named/);
  await refuses(() => filesOf('http://[::/m?token=secret', {}, BASE), 'invalid_request', /^(?!.*secret)/);
});

test('files of the hub', async () => {
  const [{ url, headers, hub }] = await filesOf({ ...HUB, revision: 'refs/pr/1', token: ' t ' }, {}, BASE);
  assert.match(url, /^https:\/\/[^/]+\/owner\/name\/resolve\/refs%2Fpr%2F1\/q4\/model\.gguf$/);
  assert.deepEqual(headers, { Authorization: 'Bearer t' });
  assert.equal(hub.revision, 'refs/pr/1');
  const [own] = await filesOf({ ...HUB, endpoint: 'http://localhost:8080/hub//' }, {}, BASE);
  assert.equal(own.url, 'http://localhost:8080/hub/owner/name/resolve/main/q4/model.gguf');
});

test('names on the hub lead nowhere else, and no token is shown', async () => {
  for (const wrong of [{ repo: 'owner' }, { repo: '../name' }, { repo: 'a/b/c' }, { file: '../m.gguf' }, { file: 'a//b' }, { file: 'a\\b' }, { file: '%2e%2e/m' }, { file: 'a%00' }, { file: '.' }, { revision: '..' }, { revision: '' }, { file: 5 }]) {
    await refuses(() => filesOf({ ...HUB, ...wrong }, {}, BASE), 'invalid_request', /^a file of the hub is /);
  }
  for (const token of ['hunter two', 'hun\nter', 'huntér']) {
    await refuses(() => filesOf({ ...HUB, token }, {}, BASE), 'invalid_request', /^the token for owner\/name has a character(?!.*hun)/s);
  }
  for (const endpoint of ['nowhere', 'ftp://a.example', 'https://me:word@a.example', 'https://a.example/?x=secret', 5]) {
    await refuses(() => filesOf({ ...HUB, endpoint }, {}, BASE), 'invalid_request', /^the endpoint of a hub is an address(?!.*secret)/);
  }
});

test('headers that a browser would refuse are refused without their values', async () => {
  await refuses(() => filesOf('m', { 'a b': 'secret' }, BASE), 'invalid_request', /^the name of one of the headers/);
  await refuses(() => filesOf('m', { A: 'secret\n' }, BASE), 'invalid_request', /^the header A has(?!.*secret)/s);
  assert.equal((await filesOf('m', { A: 'caf\u00e9\t' }, BASE))[0].headers.A, 'caf\u00e9\t');
});

test('any part of a split model leads to its first, and that to all', async () => {
  const [first] = await filesOf('https://host.example/m-00002-of-00003.GGUF?x=-00002-of-00003.gguf', {}, BASE);
  assert.equal(first.url, 'https://host.example/m-00001-of-00003.GGUF?x=-00002-of-00003.gguf');
  assert.deepEqual(first.split, { number: 2, count: 3 });
  assert.deepEqual(laterFiles(first).map(({ url }) => /m-(\d+)/.exec(url)[1]), ['00002', '00003']);
  const [hub] = await filesOf({ ...HUB, file: 'q/m-00003-of-00003.gguf' }, {}, BASE);
  assert.equal(hub.hub.file, 'q/m-00001-of-00003.gguf');
  assert.equal(laterFiles(hub)[1].hub.file, 'q/m-00003-of-00003.gguf');
});

test('names that only look split', () => {
  for (const name of ['m-00001-of-00001', 'm-00004-of-00003', 'm-00000-of-00003', 'm-1-of-3', 'm-00001-of-00003.bin']) {
    const file = { url: `https://host.example/${name}.gguf` };
    assert.equal(firstOf(file), file);
  }
});

test('what a caller may name as a model', async () => {
  assert.equal(await sourceOf('a.gguf'), 'a.gguf');
  assert.equal(await sourceOf(new URL('https://a.example/m')), 'https://a.example/m');
  const blob = new Blob(['x']);
  assert.equal(await sourceOf(blob), blob);
  assert.deepEqual(await sourceOf([blob, 'b']), [blob, 'b']);
  assert.deepEqual(await sourceOf({ ...HUB, token: null }), HUB);
  const bytes = new Uint8Array([1, 2, 3, 4]);
  for (const [given, content] of [[bytes.buffer, [1, 2, 3, 4]], [bytes.subarray(1, 3), [2, 3]], [new DataView(bytes.buffer, 3), [4]], [new Uint8Array(new SharedArrayBuffer(2)), [0, 0]]]) {
    const file = await sourceOf(given);
    assert.equal(file.name, 'model.gguf');
    assert.deepEqual([...new Uint8Array(await file.arrayBuffer())], content);
  }
});

test('what is no model', async () => {
  for (const given of [undefined, null, 5, {}, () => {}, Symbol('x')]) {
    await refuses(() => sourceOf(given), 'invalid_request', /^a model is loaded from an address, .* not from /);
  }
  await refuses(() => sourceOf(' '), 'invalid_request', /address of a model is empty/);
  await refuses(() => sourceOf([]), 'invalid_request', /empty list/);
  await refuses(() => sourceOf({ repo: 'a/b' }), 'invalid_request', /^file is missing/);
  await refuses(() => sourceOf({ ...HUB, branch: 'x' }), 'invalid_request', /no option "branch"/);
  const given = new Uint8Array(4);
  structuredClone(given.buffer, { transfer: [given.buffer] });
  await refuses(() => sourceOf(given.buffer), 'invalid_request', /it is detached, and has no bytes any more$/);
  await refuses(() => sourceOf(given), 'invalid_request', /it is detached/);
});

test('an answer is read to its end, once', async () => {
  const file = await sourceOf(new Response('abc'));
  assert.deepEqual([file.name, await file.text()], ['model.gguf', 'abc']);
  const read = new Response('abc');
  await read.text();
  await refuses(() => sourceOf(read), 'invalid_request', /was read already/);
  await refuses(() => sourceOf(new Response(null)), 'invalid_request', /has no body/);
  await refuses(() => sourceOf(new Response('x', { status: 404 })), 'http_error', /has status 404 instead of 200$/);
  const broken = new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('lost')) }));
  await refuses(() => sourceOf(broken), 'network_error', /broke off while it was read/);
  const control = new AbortController();
  const endless = sourceOf(new Response(new ReadableStream({})), control.signal);
  control.abort('enough');
  await assert.rejects(endless, (error) => error.code === 'cancelled' && error.cause === 'enough');
});
