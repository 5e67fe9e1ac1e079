import { messages } from './messages.js';
import { callback, choice, fields, flag, ids, kind, limit, listOf, name, number, object, oneOrList, read, refuse, refused, shown, signal, text, toJson, whole } from './options.js';

/*
 * Every request of a caller's, checked before it crosses into the engine. What OpenAI's clients send is met, or refused by name where it
 * asks for something that is not there; labels of a request (user, metadata and others) are accepted and not used.
 */

const MOST = Number.MAX_SAFE_INTEGER;
const MOST_INT = 0x7fffffff;
const empty = (value) => typeof value === 'object' && Object.keys(value).length === 0;
const only = (value, remedy) => refused(remedy, (given) => given === value);
const label = text;
const TEXTS = 'a text, a list of token ids, or a list of one or more of these';

/** What is sent as it is. */
const SAMPLING = {
  max_tokens: limit,
  temperature: number(0, 100),
  top_p: number(0, 1),
  top_k: whole(0, MOST, MOST_INT),
  min_p: number(0, 1),
  repetition_penalty: number(1e-3, 1000),
  frequency_penalty: number(-100, 100),
  presence_penalty: number(-100, 100),
  seed: whole(-MOST, MOST),
  stop: oneOrList(name),
  ignore_eos: flag,
};

const GENERATION = {
  ...SAMPLING,
  max_completion_tokens: limit,
  stream: flag,
  stream_options: fields({
    include_usage: flag,
    include_obfuscation: only(false, 'nothing is sent here whose length could be watched'),
  }),
  signal,
  onProgress: callback,
  model: label,
  user: label,
  n: only(1, 'ask once for each answer'),
  logit_bias: refused('leave it out', empty),
};

const CHAT = {
  messages,
  ...GENERATION,
  template: name,
  chat_template: kind('the source of a Jinja template', (value) => typeof value === 'string' && value.trim() !== ''),
  chat_template_kwargs: object,
  tools: listOf('a list of tools', tool),
  tool_choice: toolChoice,
  documents: kind('a list', Array.isArray),
  reasoning_format: choice('auto', 'none'),
  parallel_tool_calls: flag,
  response_format: textFormat,
  modalities: refused('answers are text alone', (value) => Array.isArray(value) && value.every((one) => one === 'text')),
  logprobs: only(false, 'the call logits gives numbers for tokens'),
  top_logprobs: only(0, 'the call logits gives numbers for tokens'),
  reasoning_effort: refused('a template that knows it takes it from chat_template_kwargs: { reasoning_effort }'),
  verbosity: refused('ask for a short or a long answer in a message'),
  functions: refused('give tools', empty),
  function_call: refused('give tool_choice'),
  prediction: refused('leave it out'),
  audio: refused('answers are text alone'),
  web_search_options: refused('search yourself, and give what was found as documents'),
  moderation: refused('leave it out'),
  store: only(false, 'keep the answer yourself'),
  metadata: object,
  safety_identifier: label,
  prompt_cache_key: label,
  prompt_cache_retention: only('in_memory', 'a prompt is kept in memory, as long as the model is loaded'),
  prompt_cache_options: refused('a prompt is kept in memory, as long as the model is loaded', empty),
  service_tier: choice('auto', 'default'),
};

const TEXT = {
  prompt,
  ...GENERATION,
  echo: only(false, 'put the prompt before the answer yourself'),
  suffix: only('', 'a model continues a text here, and fills no gap'),
  best_of: only(1, 'ask once for each answer'),
  logprobs: only(false, 'the call logits gives numbers for tokens'),
};

const EMBEDDING = {
  input: inputs,
  pooling: choice('mean', 'cls', 'last', 'none'),
  normalize: flag,
  truncate: flag,
  dimensions: whole(1, MOST_INT),
  encoding_format: choice('float', 'base64', 'float32array'),
  signal,
  model: label,
  user: label,
};

function tool(option, value) {
  const given = object(option, value);
  return given.type === 'custom' ? refuse(`${option} is of type "custom", which is not supported; describe it as one of type 'function'`) : given;
}

function textFormat(option, value) {
  return value.type === 'text' ? value
    : refuse(`${option} is { type: 'text' }, not ${shown(value.type ?? value)}: an answer is free text here; say in a message which form it is to have`);
}

function toolChoice(option, value) {
  return value === 'auto' || value === 'none' ? value
    : refuse(`${option} is 'auto' or 'none', not ${shown(value)}: a model cannot be made to call a tool here; tell it to in a message`);
}

/** Texts and lists of ids, of which one may stand alone. */
function inputs(option, value) {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value !== 'object' || value.length === 0) {
    return refuse(`${option} is ${TEXTS}, not ${shown(value)}`);
  }
  const several = Array.isArray(value) && typeof value[0] !== 'number';
  return several ? Array.from(value, (one, i) => (typeof one === 'string' ? one : tokens(`${option}[${i}]`, one))) : [tokens(option, value)];
}

function tokens(option, value) {
  return typeof value === 'object' && value !== null ? ids(option, value) : refuse(`${option} is a text or a list of token ids, not ${shown(value)}`);
}

/** What a model continues: a text, or ids. */
function prompt(option, value) {
  const [one, ...more] = inputs(option, value);
  return more.length === 0 ? one : refuse(`${option} is one text or list of token ids, not ${more.length + 1}; ask once for each`);
}

/** Both names of the limit, as one. */
function limited({ max_completion_tokens: newer, max_tokens: older, ...rest }) {
  if (newer !== undefined && older !== undefined && newer !== older) {
    refuse('max_tokens and max_completion_tokens are two names of one limit, and differ; give one of them');
  }
  return { max_tokens: newer ?? older, ...rest };
}

/** What the worker gets as `request`, and what stays with the module. */
function generation(given, request) {
  const { signal: ended, onProgress, stream = false, stream_options: { include_usage: usage = true } = {} } = given;
  const sampling = Object.fromEntries(Object.keys(SAMPLING).map((option) => [option, given[option]]));
  return { request: { ...request, sampling }, signal: ended, onProgress, stream, usage };
}

/** A chat; what its template gets is JSON, as an HTTP client would send it. */
export function chatRequest(params) {
  const given = limited(read('chat.completions.create', params, CHAT, { needed: ['messages'] }));
  const tools = given.tools?.length && given.tool_choice !== 'none' ? given.tools : null;
  if (given.parallel_tool_calls === false && tools) {
    refuse('parallel_tool_calls is true where there are tools, not false: a model cannot be kept from calling several; take the first');
  }
  const forTemplate = {
    tools: toJson('tools', tools),
    documents: toJson('documents', given.documents ?? null),
    variables: toJson('chat_template_kwargs', given.chat_template_kwargs ?? {}),
    source: toJson('chat_template', given.chat_template ?? null),
    reasoningFormat: toJson('reasoning_format', given.reasoning_format ?? 'auto'),
  };
  const options = `{${Object.entries(forTemplate).map(([option, json]) => `"${option}":${json}`).join(',')}}`;
  return generation(given, { messages: given.messages, template: given.template ?? 'auto', options });
}

export function textRequest(params) {
  const given = limited(read('completions.create', params, TEXT, { needed: ['prompt'] }));
  return generation(given, { prompt: given.prompt });
}

export function embeddingRequest(params) {
  const { input, pooling, normalize = true, truncate = false, dimensions, encoding_format: format = 'float', signal: ended } = read('embeddings.create', params, EMBEDDING, { needed: ['input'] });
  return { inputs: input, pooling, normalize, truncate, dimensions, format, signal: ended };
}

export function tokenizeRequest(given, options) {
  const { addSpecial = true, parseSpecial = false } = read('tokenize', options ?? {}, { addSpecial: flag, parseSpecial: flag });
  return { text: text('text', given), addSpecial, parseSpecial };
}

export function detokenizeRequest(given, options) {
  const { special = false } = read('detokenize', options ?? {}, { special: flag });
  return { ids: ids('ids', given), special };
}

export function logitsRequest(given, options) {
  const { positions = 'last', greedy = 0 } = read('logits', options ?? {}, { positions: choice('all', 'last'), greedy: whole(0, MOST_INT) });
  return { tokens: ids('tokens', given), positions, greedy };
}
