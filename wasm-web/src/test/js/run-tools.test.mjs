import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTools } from '../../main/js/requests/run-tools.js';

const TOOL = { type: 'function', function: { name: 'weather' } };
const call = (id, name = 'weather', json = '{"place":"Köln"}') => ({ id, type: 'function', function: { name, arguments: json } });
const calls = (...all) => ({ choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: all }, finish_reason: 'tool_calls' }] });
const says = (content) => ({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] });

/** A model that gives these answers, and what it was asked. */
function model(...answers) {
  const asked = [];
  const create = async (params) => {
    asked.push(structuredClone({ ...params, signal: undefined }));
    return answers.shift();
  };
  return { asked, create };
}

test('tools run one after the other until there is an answer', async () => {
  const { asked, create } = model(calls(call('a'), call('b')), says('wet'));
  const events = [];
  const execute = async (args, { id, name, round, signal }) => {
    events.push(['run', args.place, id, name, round, signal.aborted]);
    return id === 'a' ? 'rain' : { mm: 3 };
  };
  const { content, messages, rounds } = await runTools(create, {
    messages: [{ role: 'user', content: 'Rain?' }], tools: [{ ...TOOL, execute }], tool_choice: 'required', temperature: 0,
    onToolCall: ({ id }) => events.push(['call', id]), onToolResult: ({ id, content: told, error }) => events.push(['result', id, told, error]),
  });
  assert.equal(content, 'wet');
  assert.equal(rounds, 2);
  assert.deepEqual(events, [
    ['call', 'a'], ['run', 'Köln', 'a', 'weather', 1, false], ['result', 'a', 'rain', null],
    ['call', 'b'], ['run', 'Köln', 'b', 'weather', 1, false], ['result', 'b', '{"mm":3}', null],
  ]);
  assert.deepEqual(messages.map((m) => m.role), ['user', 'assistant', 'tool', 'tool', 'assistant']);
  assert.deepEqual(asked.map((a) => [a.tool_choice, a.tools, a.temperature, a.messages.length]), [['required', [TOOL], 0, 1], ['auto', [TOOL], 0, 4]]);
});

test('the last round has no tools', async () => {
  const { asked, create } = model(calls(call('a')), calls(call('b')), says('enough'));
  const { rounds } = await runTools(create, { messages: [], tools: [{ ...TOOL, execute: () => '' }], maxRounds: 3 });
  assert.equal(rounds, 3);
  assert.deepEqual(asked.map((a) => a.tool_choice), [undefined, undefined, 'none']);
});

test('an error is told, or thrown', async () => {
  const failing = { messages: [], tools: [{ ...TOOL, execute: () => { throw new Error('no net'); } }] };
  const { messages } = await runTools(model(calls(call('a')), says('sorry')).create, failing);
  assert.deepEqual(messages[1], { role: 'tool', tool_call_id: 'a', name: 'weather', content: 'Error: no net' });
  await assert.rejects(runTools(model(calls(call('a'))).create, { ...failing, toolErrors: 'throw' }), /^Error: no net$/);
});

test('calls of tools without a function are left to the caller', async () => {
  const { completion, rounds } = await runTools(model(calls(call('a'))).create, { messages: [], tools: [TOOL] });
  assert.equal(completion.choices[0].message.tool_calls[0].id, 'a');
  assert.equal(rounds, 1);
});

test('an abort ends a tool that runs', async () => {
  const control = new AbortController();
  const execute = () => { control.abort('enough'); return new Promise(() => {}); };
  const run = runTools(model(calls(call('a'))).create, { messages: [], tools: [{ ...TOOL, execute }], signal: control.signal });
  await assert.rejects(run, { code: 'cancelled', cause: 'enough' });
});

test('chunks are told, and put together', async () => {
  const chunk = (delta, reason = null, more = {}) => ({ id: '1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }], ...more });
  const begins = { index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } };
  const streams = [
    [chunk({ role: 'assistant' }), chunk({ reasoning_content: 'Hm' }), chunk({ tool_calls: [begins] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"place":' } }] }), chunk({ tool_calls: [{ index: 0, function: { arguments: '"Ulm"}' } }] }),
      chunk({}, 'tool_calls', { usage: 1 })],
    [chunk({ content: 'we' }), chunk({ content: 't' }), chunk({}, 'stop')],
  ];
  const create = async ({ stream }) => {
    assert.equal(stream, true);
    return streams.shift();
  };
  let heard = 0;
  const places = [];
  const { messages, content } = await runTools(create, {
    messages: [], tools: [{ ...TOOL, execute: ({ place }) => places.push(place) }], onChunk: () => heard++,
  });
  assert.deepEqual([content, heard, places], ['wet', 9, ['Ulm']]);
  assert.deepEqual(messages[0], {
    role: 'assistant', content: null, refusal: null, reasoning_content: 'Hm',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"place":"Ulm"}' } }],
  });
});

test('what cannot be is refused', async () => {
  const { create } = model();
  const refused = (params, said) => assert.rejects(runTools(create, params), (e) => e.code === 'invalid_request' && e.message.startsWith(said));
  await refused(null, 'chat.completions.runTools takes an object');
  await refused({ messages: [], tools: [] }, 'chat.completions.runTools needs tools');
  await refused({ messages: [], tools: [TOOL], stream: true }, 'stream is not for runTools');
  await refused({ messages: [], tools: [{ ...TOOL, execute: 1 }] }, 'tools[0].execute is a function');
  await refused({ messages: [], tools: [TOOL], maxRounds: 0 }, 'maxRounds is a whole number');
  await refused({ tools: [TOOL] }, 'messages is missing');
});
