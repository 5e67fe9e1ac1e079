import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choice, fields, flag, ids, kind, number, oneOrList, read, shown, signal, text, toJson, whole } from '../../main/js/requests/options.js';
import { LONG, refuses } from './support.mjs';

const KINDS = { temperature: number(0, 100), top_k: whole(0, 50), stop: oneOrList(text), stream: flag };

test('what was given comes out, and null is as if nothing was given', () => {
  assert.deepEqual(read('call', { temperature: 0, stream: false, stop: null, top_k: undefined }, KINDS), { temperature: 0, stream: false });
});

test('options are an object and nothing else', async () => {
  for (const given of [null, undefined, 'text', 5, [], new Uint8Array(1)]) {
    await refuses(() => read('call', given, KINDS), 'invalid_request', /^call takes an object of options, not /);
  }
});

test('an option that is not known names the one that is meant, or all that there are', async () => {
  await refuses(() => read('call', { temprature: 1 }, KINDS), 'invalid_request', /no option "temprature"; is temperature meant\?$/);
  await refuses(() => read('call', { temp: 1 }, KINDS), 'invalid_request', /is temperature meant\?$/);
  await refuses(() => read('call', { topK: 1 }, KINDS), 'invalid_request', /is top_k meant\?$/);
  await refuses(() => read('call', { logprobs: 1 }, KINDS), 'invalid_request', /it has temperature, top_k, stop, stream$/);
  await refuses(() => read('call', { [LONG]: 1 }, KINDS), 'invalid_request', /^.{1,200}$/);
});

test('names of every object are not options', async () => {
  for (const option of ['constructor', 'toString', 'hasOwnProperty']) {
    await refuses(() => read('call', { [option]: 1 }, KINDS), 'invalid_request', new RegExp(`no option "${option}"`));
  }
  await refuses(() => read('call', JSON.parse('{"__proto__": 1}'), KINDS), 'invalid_request', /no option "__proto__"/);
});

test('what is needed is named when it is missing, or null', async () => {
  await refuses(() => read('call', {}, KINDS, { needed: ['stop', 'stream'] }), 'invalid_request', /^stop is missing; call needs stop and stream$/);
  await refuses(() => read('call', { stop: null }, KINDS, { needed: ['stop'] }), 'invalid_request', /^stop is missing/);
});

test('numbers at their limits', async () => {
  assert.equal(number(0, 1)('p', 1), 1);
  for (const value of [1.0000001, -0.1, NaN, Infinity, '1', 1n, null]) {
    await refuses(() => number(0, 1)('p', value), 'invalid_request', /^p is a number from 0 to 1, not /);
  }
  assert.equal(whole(0, 50)('k', 50), 50);
  for (const value of [51, -1, 1.5, 2 ** 53]) {
    await refuses(() => whole(0, 50)('k', value), 'invalid_request', /^k is a whole number from 0 to 50/);
  }
});

test('ids of tokens come in lists and arrays of integers', async () => {
  assert.deepEqual(ids('ids', new Uint32Array([1, 2])), [1, 2]);
  assert.deepEqual(ids('ids', []), []);
  await refuses(() => ids('ids', [1, -1]), 'invalid_request', /^ids\[1\] is a token id, not -1$/);
  await refuses(() => ids('ids', [0x80000000]), 'invalid_request', /^ids\[0\]/);
  await refuses(() => ids('ids', Object.assign(new Array(2), { 1: 1 })), 'invalid_request', /^ids\[0\] is a token id, not undefined$/);
  await refuses(() => ids('ids', new BigInt64Array(1)), 'invalid_request', /^ids\[0\]/);
  await refuses(() => ids('ids', new DataView(new ArrayBuffer(4))), 'invalid_request', /list of token ids/);
  await refuses(() => ids('ids', '12'), 'invalid_request', /list of token ids, not "12"$/);
});

test('lists name the element that is wrong', async () => {
  const named = oneOrList(kind('a text that is not empty', (value) => typeof value === 'string' && value !== ''));
  assert.deepEqual(named('stop', 'a'), ['a']);
  assert.deepEqual(named('stop', []), []);
  await refuses(() => named('stop', ['a', '']), 'invalid_request', /^stop\[1\] is a text that is not empty, not ""$/);
});

test('options within options', async () => {
  const kinds = { stream_options: fields({ include_usage: flag }) };
  assert.deepEqual(read('call', { stream_options: { include_usage: null } }, kinds), { stream_options: {} });
  await refuses(() => read('call', { stream_options: { include_usage: 1 } }, kinds), 'invalid_request', /^stream_options\.include_usage is true or false, not 1$/);
  await refuses(() => read('call', { stream_options: { usage: true } }, kinds), 'invalid_request', /^stream_options has no option "usage"/);
});

test('choices and signals', async () => {
  assert.equal(choice('a', 'b', 'c')('mode', 'c'), 'c');
  await refuses(() => choice('a', 'b', 'c')('mode', 'd'), 'invalid_request', /^mode is 'a', 'b' or 'c', not "d"$/);
  await refuses(() => choice('a')('mode', 'd'), 'invalid_request', /^mode is 'a', not "d"$/);
  const other = { aborted: false, addEventListener() {}, removeEventListener() {} }; // of another library
  assert.equal(signal('signal', other), other);
  await refuses(() => signal('signal', new AbortController()), 'invalid_request', /field signal, not an object of type AbortController$/);
});

test('values in messages are short', () => {
  assert.equal(shown(LONG).length, 63);
  assert.equal(shown([]), 'an empty list');
  assert.equal(shown([LONG]), 'a list of 1');
  assert.equal(shown(() => LONG), 'a function');
  assert.equal(shown(null), 'null');
  assert.equal(shown(Symbol('s')), 'Symbol(s)');
  assert.equal(shown({ a: LONG, b: 1 }), 'an object with a, b');
  assert.equal(shown({}), 'an object of type Object');
  assert.equal(shown(new Map()), 'an object of type Map');
  assert.ok(shown({ [LONG]: 1 }).length < 100);
});

test('a value that cannot be written is refused in one line', async () => {
  const circle = {};
  circle.self = circle;
  await refuses(() => toJson('x', circle), 'invalid_request', /^x cannot be written as JSON: [^\n]+$/);
  assert.equal(toJson('x', [1, undefined]), '[1,null]');
});
