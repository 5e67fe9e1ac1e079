import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatShape, Pieces, TextShape } from '../../main/js/requests/answers.js';
import { refuses, turns } from './support.mjs';

const TOTALS = { finish_reason: 'stop', usage: { total_tokens: 1 }, timings: {} };

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

test('chunks of a chat', () => {
  const shape = new ChatShape({ name: 'm' });
  shape.id = 'chatcmpl-1';
  assert.deepEqual(shape.begin().choices[0].delta, { role: 'assistant' });
  assert.deepEqual(shape.piece('a').choices[0].delta, { content: 'a' });
  assert.deepEqual(shape.piece({ reasoning: 'hm' }).choices[0].delta, { reasoning_content: 'hm' });
  assert.equal(shape.last(TOTALS).choices[0].finish_reason, 'stop');
  assert.equal(shape.last(TOTALS).id, 'chatcmpl-1');
});

test('calls are numbered through an answer, and end it as tool_calls', () => {
  const shape = new ChatShape({ name: 'm' });
  const call = (name) => ({ name, arguments: '{}' });
  const first = shape.piece({ calls: [call('f'), call('g')] }).choices[0].delta.tool_calls;
  const second = shape.piece({ calls: [call('h')] }).choices[0].delta.tool_calls;
  assert.deepEqual([...first, ...second].map(({ index, function: { name } }) => [index, name]), [[0, 'f'], [1, 'g'], [2, 'h']]);
  first.forEach(({ id }) => assert.match(id, /^[a-zA-Z0-9]{9}$/));
  assert.equal(shape.last(TOTALS).choices[0].finish_reason, 'tool_calls');
  assert.equal(shape.last({ ...TOTALS, finish_reason: 'length' }).choices[0].finish_reason, 'length');
});

test('a whole answer', () => {
  const whole = (pieces) => new ChatShape({ name: 'm' }).whole(pieces, TOTALS).choices[0];
  assert.deepEqual(whole([]).message, { role: 'assistant', content: '', refusal: null });
  assert.deepEqual(whole([{ reasoning: 'h' }, { reasoning: 'm' }, 'a', 'b']).message, { role: 'assistant', content: 'ab', refusal: null, reasoning_content: 'hm' });
  const called = whole([{ calls: [{ name: 'f', arguments: '{}' }] }]);
  assert.equal(called.message.content, null);
  assert.equal(called.finish_reason, 'tool_calls');
  assert.equal(whole(['text', { calls: [{ name: 'f', arguments: '{}' }] }]).message.content, 'text');
});

test('a continued text', async () => {
  const shape = new TextShape({ name: 'm' });
  assert.equal(shape.piece('a').choices[0].text, 'a');
  assert.equal(shape.whole(['a', 'b'], TOTALS).choices[0].text, 'ab');
  assert.equal(shape.begin, undefined);
  const pieces = new Pieces();
  pieces.end({});
  assert.deepEqual(await all(pieces), []);
  await refuses(async () => { pieces.cut(); await all(pieces); }, 'cancelled', /stopped/);
});
