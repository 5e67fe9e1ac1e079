import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatRequest, detokenizeRequest, embeddingRequest, logitsRequest, textRequest, tokenizeRequest } from '../../main/js/requests/requests.js';
import { refuses } from './support.mjs';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const chat = (more) => chatRequest({ messages: MESSAGES, ...more });

test('what stays with the module, and what the engine gets', () => {
  const control = new AbortController();
  const onProgress = () => {};
  const { request, signal, stream, usage, onProgress: told } = chat({ signal: control.signal, onProgress, stream: true, stream_options: { include_usage: false }, temperature: 0 });
  assert.deepEqual([signal, told, stream, usage], [control.signal, onProgress, true, false]);
  assert.equal(request.sampling.temperature, 0);
  assert.equal(request.template, 'auto');
  structuredClone(request); // crosses to the worker
});

test('labels are accepted and not used', () => {
  const { request } = chat({ model: 'gpt', user: 'me', metadata: { a: 1 }, safety_identifier: 's', service_tier: 'auto', n: 1, logit_bias: {}, modalities: ['text'] });
  assert.deepEqual(Object.keys(request).sort(), ['messages', 'options', 'sampling', 'template']);
});

test('both names of the limit are one', async () => {
  assert.equal(chat({ max_completion_tokens: 5 }).request.sampling.max_tokens, 5);
  assert.equal(chat({ max_tokens: 5, max_completion_tokens: 5 }).request.sampling.max_tokens, 5);
  assert.equal(chat({ max_tokens: -1, max_completion_tokens: Infinity }).request.sampling.max_tokens, 0x7fffffff);
  await refuses(() => chat({ max_tokens: 5, max_completion_tokens: 6 }), 'invalid_request', /two names of one limit/);
});

test('what is not there is refused by name', async () => {
  for (const [option, value] of [['n', 2], ['logprobs', true], ['top_logprobs', 3], ['logit_bias', { 5: 1 }], ['response_format', { type: 'json_object' }],
    ['reasoning_effort', 'low'], ['tool_choice', 'required'], ['tool_choice', { type: 'function' }], ['audio', {}], ['store', true], ['modalities', ['audio']]]) {
    await refuses(() => chat({ [option]: value }), 'invalid_request', new RegExp(`^${option} is`));
  }
  assert.ok(chat({ response_format: { type: 'text' } }));
});

test('tools go to the template as JSON, or not at all', async () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  assert.deepEqual(JSON.parse(chat({ tools }).request.options).tools, tools);
  assert.equal(JSON.parse(chat({ tools, tool_choice: 'none' }).request.options).tools, null);
  assert.equal(JSON.parse(chat({ tools: [] }).request.options).tools, null);
  await refuses(() => chat({ tools: [{ type: 'custom' }] }), 'invalid_request', /^tools\[0\] is of type "custom"/);
  await refuses(() => chat({ tools, parallel_tool_calls: false }), 'invalid_request', /^parallel_tool_calls is true/);
  assert.ok(chat({ parallel_tool_calls: false }));
});

test('a template of the caller’s crosses as JSON, whatever is in it', () => {
  const source = '{{ "\u2028</script>\\" }}';
  const options = JSON.parse(chat({ chat_template: source, chat_template_kwargs: { enable_thinking: false } }).request.options);
  assert.equal(options.source, source);
  assert.deepEqual(options.variables, { enable_thinking: false });
});

test('prompts are one text, or one list of ids', async () => {
  assert.equal(textRequest({ prompt: '' }).request.prompt, '');
  assert.deepEqual(textRequest({ prompt: [1, 2] }).request.prompt, [1, 2]);
  assert.deepEqual(textRequest({ prompt: [[1, 2]] }).request.prompt, [1, 2]);
  assert.equal(textRequest({ prompt: ['a'] }).request.prompt, 'a');
  await refuses(() => textRequest({ prompt: ['a', 'b'] }), 'invalid_request', /not 2; ask once for each$/);
  await refuses(() => textRequest({ prompt: [] }), 'invalid_request', /^prompt is a text, a list of token ids/);
  await refuses(() => textRequest({ prompt: 5 }), 'invalid_request', /^prompt is/);
  await refuses(() => textRequest({}), 'invalid_request', /^prompt is missing/);
  await refuses(() => textRequest({ prompt: 'a', echo: true }), 'invalid_request', /^echo is not supported/);
});

test('inputs of vectors may be mixed', async () => {
  assert.deepEqual(embeddingRequest({ input: ['a', [1], new Uint8Array([2])] }).inputs, ['a', [1], [2]]);
  assert.deepEqual(embeddingRequest({ input: new Uint16Array([7]) }).inputs, [[7]]);
  const { normalize, truncate, format } = embeddingRequest({ input: 'a' });
  assert.deepEqual([normalize, truncate, format], [true, false, 'float']);
  for (const dimensions of [0, -1, 1.5]) {
    await refuses(() => embeddingRequest({ input: 'a', dimensions }), 'invalid_request', /^dimensions is a whole number from 1/);
  }
  await refuses(() => embeddingRequest({ input: ['a', 5] }), 'invalid_request', /^input\[1\] is a text or a list of token ids, not 5$/);
});

test('the small requests', async () => {
  assert.deepEqual(tokenizeRequest('a', null), { text: 'a', addSpecial: true, parseSpecial: false });
  assert.deepEqual(detokenizeRequest([1], { special: true }), { ids: [1], special: true });
  assert.deepEqual(logitsRequest([1]), { tokens: [1], positions: 'last', greedy: 0 });
  await refuses(() => tokenizeRequest(5), 'invalid_request', /^text is a text, not 5$/);
  await refuses(() => logitsRequest([1], { positions: 'first' }), 'invalid_request', /^positions is 'all' or 'last'/);
});
