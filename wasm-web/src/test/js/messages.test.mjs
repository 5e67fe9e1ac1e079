import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messages } from '../../main/js/requests/messages.js';
import { refuses } from './support.mjs';

const one = (message) => messages('messages', [message])[0];

test('a message is its role, its text and the JSON of the rest', () => {
  assert.deepEqual(one({ role: 'user', content: 'Hi', name: 'Ada', tool_call_id: null }), { role: 'user', content: 'Hi', extra: '{"name":"Ada"}' });
  assert.deepEqual(one({ role: 'system', content: '' }), { role: 'system', content: '', extra: '{}' });
});

test('parts of text are joined as they are', () => {
  assert.equal(one({ role: 'user', content: [{ type: 'text', text: 'a ' }, { type: 'text', text: '' }, { type: 'text', text: 'b' }] }).content, 'a b');
  assert.equal(one({ role: 'user', content: [] }).content, '');
});

test('parts that are no text are refused by their place', async () => {
  await refuses(() => one({ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image_url' }] }), 'invalid_request', /^messages\[0\]\.content\[1\] is of type "image_url"/);
  for (const part of [null, 'a', { type: 'text' }, { type: 'text', text: 5 }, {}]) {
    await refuses(() => one({ role: 'user', content: [part] }), 'invalid_request', /^messages\[0\]\.content\[0\] is \{ type: 'text'/);
  }
});

test('only a turn of the assistant that calls or thinks may be without text', async () => {
  const call = [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }];
  assert.equal(JSON.parse(one({ role: 'assistant', content: null, tool_calls: call }).extra).content, null);
  assert.equal(one({ role: 'assistant', reasoning_content: 'hm' }).content, '');
  for (const message of [{ role: 'user' }, { role: 'assistant', content: null }, { role: 'tool', content: null, tool_calls: call }, { role: 'assistant', tool_calls: null }]) {
    await refuses(() => one(message), 'invalid_request', /^messages\[0\]\.content is missing/);
  }
});

test('what is no conversation', async () => {
  for (const given of [[], 'Hi', null, { role: 'user' }]) {
    await refuses(() => messages('messages', given), 'invalid_request', /^messages is a list of one message or more, not /);
  }
  await refuses(() => messages('messages', [{ role: 'user', content: 'a' }, 'b']), 'invalid_request', /^messages\[1\] is an object with role and content, not "b"$/);
  await refuses(() => messages('messages', new Array(1)), 'invalid_request', /^messages\[0\]/);
  await refuses(() => one({ role: '', content: 'a' }), 'invalid_request', /^messages\[0\]\.role/);
  await refuses(() => one({ role: 'user', content: 'a', when: 1n }), 'invalid_request', /^messages\[0\] cannot be written as JSON/);
});
