import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpFile } from '../../main/js/fetch/http.js';
import { NEVER, refuses, streamOf } from './support.mjs';

const URL_ = 'https://host.example/m.gguf?token=secret';
const RETRY = { attempts: 3, delayMs: 0, longestMs: 0, stallMs: 3_600_000, offlineMs: 0 };
const FILE = Uint8Array.from({ length: 100 }, (_, i) => i);

let answers; // one function for each request to come
let asked;
const real = globalThis.fetch;

before(() => {
  globalThis.navigator ??= {};
  globalThis.fetch = async (url, { headers, signal }) => {
    signal.throwIfAborted();
    asked.push(headers);
    const answer = answers.shift();
    assert.ok(answer, `a request too many: ${JSON.stringify(asked)}`);
    return answer(headers);
  };
});
after(() => { globalThis.fetch = real; });

/** An answer as servers that know ranges give it; `cut` ends the connection after so many bytes. */
function ranged({ bytes = FILE, cut, headers = {}, failure = new Error('reset') } = {}) {
  return ({ Range }) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(Range).map(Number);
    const part = bytes.subarray(from, to + 1);
    const stream = cut === undefined ? streamOf([part]) : streamOf(cut > 0 ? [part.subarray(0, cut)] : [], failure);
    return new Response(stream, { status: 206, headers: { 'Content-Range': `bytes ${from}-${from + part.length - 1}/${bytes.length}`, ETag: '"one"', ...headers } });
  };
}

const whole = (bytes = FILE, headers = {}) => () => new Response(streamOf([bytes.subarray(0, 30), bytes.subarray(30)]), { status: 200, headers });
const status = (code, headers = {}) => () => new Response('', { status: code, headers });

function file(...given) {
  answers = given;
  asked = [];
  return new HttpFile(URL_, { A: 'b' }, RETRY, () => {});
}

async function all(one, from, to) {
  const read = [];
  const end = await one.read(from, to, (bytes, at) => {
    assert.equal(at, from + read.length);
    read.push(...bytes);
  }, NEVER);
  return [read, end];
}

test('the first bytes tell what the file is', async () => {
  const one = file(ranged({ headers: { 'X-Linked-ETag': 'ab'.repeat(32) } }));
  assert.deepEqual([...await one.first(10, NEVER)], [...FILE.subarray(0, 10)]);
  assert.deepEqual([one.size, one.etag, one.digest, one.ranges], [100, '"one"', 'ab'.repeat(32), true]);
  assert.deepEqual(asked, [{ A: 'b', Range: 'bytes=0-9' }]);
});

test('a broken connection goes on where it broke', async () => {
  const one = file(ranged({ cut: 5 }), ranged({ cut: 0 }), ranged({ cut: 1 }), ranged());
  assert.deepEqual(await all(one, 10, 30), [[...FILE.subarray(10, 30)], 30]);
  assert.deepEqual(asked.map(({ Range }) => Range), ['bytes=10-29', 'bytes=15-29', 'bytes=15-29', 'bytes=16-29']);
});

test('failures in a row without a byte end it, and the message shows no secret', async () => {
  await refuses(() => all(file(ranged({ cut: 0 }), ranged({ cut: 0 }), ranged({ cut: 0 })), 0, 10), 'network_error', /broke at byte 0 \(reset\)(?!.*secret)/);
  await refuses(() => all(file(status(503), status(503), status(503)), 0, 10), 'http_error', /^https:\/\/host\.example\/m\.gguf\?… answered with HTTP 503/);
  await refuses(() => all(file(() => { throw new TypeError('refused'); }, status(404)), 0, 10), 'http_error', /HTTP 404/);
});

test('a server that ignores ranges is read from the start, and goes on where it was', async () => {
  const one = file(whole(FILE, { 'Content-Length': '100' }));
  assert.deepEqual([...await one.first(10, NEVER)], [...FILE.subarray(0, 10)]);
  assert.equal(one.ranges, false);
  assert.deepEqual(await all(one, 10, 50), [[...FILE.subarray(10, 50)], 50]);
  assert.deepEqual(await all(one, 60, 100), [[...FILE.subarray(60)], 100]);
  assert.equal(asked.length, 1);
});

test('what may be the part alone is asked for again without a range', async () => {
  const one = file(whole(FILE.subarray(0, 10), { 'Content-Length': '10' }), whole(FILE, { 'Content-Length': '100' }));
  assert.deepEqual([...await one.first(10, NEVER)], [...FILE.subarray(0, 10)]);
  assert.deepEqual(asked.map(({ Range }) => Range), ['bytes=0-9', undefined]);
});

test('nothing of two versions is mixed', async () => {
  for (const other of [ranged({ headers: { ETag: '"two"' } }), ranged({ bytes: FILE.subarray(0, 99) }), status(416, { 'Content-Range': 'bytes */7' }), whole(FILE, { ETag: '"two"' })]) {
    const one = file(ranged(), other);
    await one.first(10, NEVER);
    await refuses(() => all(one, 10, 20), 'source_changed', /changed while it was read/);
  }
  const same = file(ranged(), ranged({ headers: { ETag: 'W/"one"' } }));
  await same.first(10, NEVER);
  assert.equal((await all(same, 10, 20))[1], 20);
  assert.equal(same.uncertain, false);
});

test('an answer that cannot be compared is noted', async () => {
  const one = file(ranged({ headers: { ETag: '' } }), ({ Range }) => {
    const answer = ranged()({ Range });
    answer.headers.delete('ETag');
    return answer;
  });
  await one.first(10, NEVER);
  await all(one, 10, 20);
  assert.equal(one.uncertain, true);
});

test('an answer to another question is tried again', async () => {
  const wrong = ({ Range }) => ranged()({ Range: Range.replace(/=\d+/, '=0') });
  assert.equal((await all(file(wrong, ranged()), 10, 20))[1], 20);
  await refuses(() => all(file(wrong, wrong, wrong), 10, 20), 'http_error', /answered a request for bytes from 10 on with "bytes 0-19\/100"/);
});

test('a file that ends before its size', async () => {
  const short = ({ Range }) => {
    const answer = ranged({ bytes: FILE.subarray(0, 50) })({ Range });
    answer.headers.set('Content-Range', 'bytes 40-49/100');
    return answer;
  };
  await refuses(() => all(file(short, ...Array(3).fill(ranged({ cut: 0 }))), 40, 60), 'network_error', /broke at byte 50/);
});

test('whoever aborts gets his reason', async () => {
  const control = new AbortController();
  const one = file(ranged());
  const reading = one.read(0, 10, () => control.abort('enough'), control.signal);
  await reading; // the bytes were there before
  await assert.rejects(one.read(0, 10, () => {}, control.signal), (reason) => reason === 'enough');
});

test('a probe tells whether the file is the same, or nobody answers', async () => {
  const known = { size: 100, etag: '"one"', modified: null };
  const probe = (...given) => {
    const one = file(...given);
    one.expect(known);
    return one.probe(NEVER, 60_000);
  };
  assert.equal(await probe(ranged()), true);
  assert.equal(await probe(status(503)), false);
  assert.equal(await probe(() => { throw new TypeError('offline'); }), false);
  await refuses(() => probe(ranged({ headers: { ETag: '"two"' } })), 'source_changed', /changed/);
  await refuses(() => probe(status(401)), 'http_error', /needs a login/);
});
