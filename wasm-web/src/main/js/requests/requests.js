import { callback, choice, flag, ids, isObject, read, refuse, refuseCall, shown, signal, text, toJson, whole } from './options.js';

/*
 * Requests of a caller's. What is asked for is the engine's to read (io.wasmchord.api): it checks every option and has the defaults. Here a
 * request becomes JSON, and what only JavaScript has is met or checked.
 */

const MOST_INT = 0x7fffffff;
const WORD = 2 ** 32;
const HIGH_BITS = 0x1fffff; // with a word below, a whole number that JavaScript holds

/** Options that stay with the module, by what they must be. */
const GENERATION = { signal, onProgress: callback, logitsProcessor: callback, lora: adapters, journal: journalName };
const RESUMING = { signal, onProgress: callback, logitsProcessor: callback, stream: flag };
const EMBEDDING = { signal, lora: adapters };

/** Adapters and their scales; what is in the list the engine checks. */
function adapters(option, value) {
  return Array.isArray(value) ? JSON.parse(toJson(option, value)) : refuse(`${option} is a list of { name, scale }, not ${shown(value)}`);
}

/** The name of a journal, which is also that of a file. */
export function journalName(option, value) {
  return /^[\w-][\w.-]{0,99}$/.test(typeof value === 'string' ? value : '') ? value
    : refuse(`${option} is a name of up to 100 letters, digits, dots, hyphens and underscores, not ${shown(value)}`);
}

/** A whole number that nobody can foresee. */
function random() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high & HIGH_BITS) * WORD + low;
}

const list = (value) => (ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value) : value);

/** Token ids may come in arrays of integers. */
const tokens = (value) => (Array.isArray(value) ? value.map(list) : list(value));

/** A RegExp, which JSON cannot say, as the engine takes it. */
const constraint = (value) => (value instanceof RegExp ? { $regexp: value.source, flags: value.flags } : value);

/** What JSON has no word for, by option. */
const WRITTEN = { prompt: tokens, input: tokens, responseConstraint: constraint };

/** The request of a call, and what of it stays with the module. */
function request(call, params, kinds) {
  if (!isObject(params)) {
    refuseCall(call, params);
  }
  const kept = {};
  const sent = [];
  for (const [option, value] of Object.entries(params)) {
    if (!Object.hasOwn(kinds, option)) {
      sent.push(`${JSON.stringify(option)}:${toJson(option, Object.hasOwn(WRITTEN, option) ? WRITTEN[option](value) : value)}`);
    } else if (value !== undefined && value !== null) {
      kept[option] = kinds[option](option, value);
    }
  }
  /** @param {{id: string, loadMs: number, session?: number}} known what the module knows beside */
  const json = ({ id, loadMs, session }) => {
    const beside = { ...(kept.lora ? { lora: kept.lora } : {}), call, options: Object.keys(kinds), random: random(), id, created: Math.floor(Date.now() / 1000), load_ms: loadMs, session, processes: kept.logitsProcessor !== undefined, journaled: kept.journal !== undefined };
    return `${JSON.stringify(beside).slice(0, -1)},"request":{${sent.join(',')}}}`;
  };
  return { ...kept, json };
}

export function chatRequest(params) {
  return { ...request('chat.completions.create', params, GENERATION), stream: params.stream === true };
}

export function textRequest(params) {
  return { ...request('completions.create', params, GENERATION), stream: params.stream === true };
}

/** How an answer goes on whose journal has this name. */
export function resumeRequest(name, params) {
  const kept = read('resume', params ?? {}, RESUMING);
  const { stream, logitsProcessor } = kept;
  const json = ({ loadMs, session }) => JSON.stringify({ load_ms: loadMs, session, processes: logitsProcessor !== undefined, stream });
  return { ...kept, name: journalName('the name of a journal', name), json };
}

export function embeddingRequest(params) {
  return { ...request('embeddings.create', params, EMBEDDING), format: params.encoding_format ?? 'float' };
}

export function rerankRequest(params) {
  return request('rerank', params, EMBEDDING);
}

export function classificationRequest(params) {
  return request('classify', params, EMBEDDING);
}

/** Names and scales of adapters, as the engine takes them. */
export function adaptersRequest(given) {
  return { json: JSON.stringify(adapters('adapters', given)) };
}

/** The name of an adapter. */
export function adapterRequest(given) {
  return { name: text('name', given) };
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
