import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Denied, Transient, checkStatus, comparable, contentRange, plainTag, sha256Of, wholeSize } from '../../main/js/fetch/http-answer.js';
import { refuses } from './support.mjs';

const answer = (status, headers = {}) => ({ status, headers: new Headers(headers) });
const check = (status, headers, size) => checkStatus(answer(status, headers), 'https://host.example/m', size);
const thrown = (status, headers, size) => {
  try {
    return check(status, headers, size);
  } catch (error) {
    return error;
  }
};

test('a web page is no model', async () => {
  check(200, { 'Content-Type': 'application/octet-stream' });
  check(206);
  await refuses(() => check(200, { 'Content-Type': 'text/html; charset=utf-8' }), 'not_a_model', /is a web page/);
});

test('which failures another attempt may not meet', () => {
  for (const status of [408, 416, 429, 500, 503, 599]) {
    assert.ok(thrown(status) instanceof Transient, `${status}`);
  }
  for (const status of [400, 401, 403, 404, 410, 301]) {
    assert.ok(!(thrown(status) instanceof Transient), `${status}`);
    assert.equal(thrown(status).code, 'http_error');
  }
  assert.ok(thrown(401) instanceof Denied && thrown(403) instanceof Denied && !(thrown(404) instanceof Denied));
  assert.equal(thrown(503, { 'Retry-After': '2' }).retryAfterMs, 2000);
});

test('a range beyond the end tells whether the file is another', () => {
  assert.equal(thrown(416, { 'Content-Range': 'bytes */50' }, 100).code, 'source_changed');
  assert.equal(thrown(416, { 'Content-Range': 'bytes */50' }, null).code, 'source_changed');
  assert.equal(thrown(416, { 'Content-Range': 'bytes */100' }, 100).code, 'http_error');
  assert.equal(thrown(416, { 'Content-Range': 'bytes */50' }, undefined).code, 'http_error');
  assert.equal(thrown(416, {}, 100).code, 'http_error');
});

test('ranges, sizes and tags as servers write them', () => {
  assert.deepEqual(contentRange(answer(206, { 'Content-Range': 'bytes 5-9/100' })), { from: 5, total: 100 });
  assert.deepEqual(contentRange(answer(206, { 'Content-Range': 'bytes 0-0/*' })), { from: 0, total: null });
  for (const value of ['bytes */100', 'items 0-1/2', 'bytes 0-1', 'bytes -5-9/100']) {
    assert.equal(contentRange(answer(206, { 'Content-Range': value })), null);
  }
  assert.equal(contentRange(answer(206)), null);
  assert.equal(wholeSize(answer(200, { 'Content-Length': '7' })), 7);
  assert.equal(wholeSize(answer(200, { 'Content-Length': '7', 'Content-Encoding': 'gzip' })), null);
  assert.equal(wholeSize(answer(200)), null);
  assert.deepEqual([plainTag('W/"a"'), plainTag('"a"'), plainTag(null)], ['"a"', '"a"', null]);
});

test('a digest is one of 64 digits', () => {
  const hex = 'ab'.repeat(32);
  assert.equal(sha256Of(answer(200, { 'X-Linked-ETag': `"${hex}"` })), hex);
  assert.equal(sha256Of(answer(200, { 'X-Linked-ETag': hex.slice(1) })), null);
  assert.equal(sha256Of(answer(200)), null);
});

test('what two answers can be compared by', () => {
  assert.equal(comparable(answer(200, { ETag: 'a' }), { etag: 'b', modified: null }), true);
  assert.equal(comparable(answer(200, { ETag: 'a' }), { etag: null, modified: 'x' }), false);
  assert.equal(comparable(answer(200, { 'Last-Modified': 'a' }), { etag: null, modified: 'x' }), true);
  assert.equal(comparable(answer(200), { etag: 'a', modified: 'x' }), false);
});
