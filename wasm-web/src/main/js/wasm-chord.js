import { ChatShape, Pieces, TextShape } from './answers.js';
import { ModelCache } from './cache.js';
import { Connection } from './connection.js';
import { embeddingList, embeddingRequest } from './embeddings.js';
import { WasmChordError } from './errors.js';
import { canShare } from './sharing.js';
import { chatRequest } from './tools.js';

export { WasmChordError };

// A module with nothing but an empty Wasm GC struct type.
const GC_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0]);

const ISOLATE = 'send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use the service worker isolation.js that comes with this module';

function requireBrowser() {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(GC_PROBE)) {
    throw new WasmChordError('unsupported_browser',
        'this browser lacks WebAssembly GC; use Chrome or Edge 119, Firefox 120, Safari 18.2, or later');
  }
}

/** What the worker gets: addresses as texts, and what they are relative to. */
function request(source, options) {
  const plain = (one) => (one instanceof URL ? one.href : one);
  return { ...options, source: Array.isArray(source) ? source.map(plain) : plain(source), base: globalThis.location?.href };
}

/** Asks the caller whether the models that were used longest ago may go; the bytes that became free. */
async function makeRoom({ needed, available, except }, onCacheFull) {
  const models = [];
  let freed = 0;
  for (const model of (await WasmChord.cache.list()).reverse()) {
    if (available + freed < needed && !except.includes(model.url)) {
      models.push(model);
      freed += model.bytes;
    }
  }
  if (available + freed < needed || !await onCacheFull?.({ needed, available, models })) {
    return 0;
  }
  for (const { url } of models) {
    await WasmChord.cache.delete(url);
  }
  return freed;
}

/** Refuses what cannot be had here. */
function check({ simd, threads, memoryBudget, prefetch, contextLength, kvCache, sha256, layerPolicy }) {
  const whole = (name, value, least, most) => {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least && value <= most)) {
      throw new WasmChordError('invalid_request', `${name} is a number from ${least} to ${most}, not ${value}`);
    }
  };
  whole('memoryBudget', memoryBudget, 1, Number.MAX_SAFE_INTEGER);
  whole('prefetch', prefetch, 0, 64);
  whole('contextLength', contextLength, 1, 2 ** 26);
  if (kvCache !== undefined && !['f32', 'f16', 'q8_0'].includes(kvCache)) {
    throw new WasmChordError('invalid_request', `kvCache is 'f32', 'f16' or 'q8_0', not ${kvCache}`);
  }
  if (layerPolicy !== undefined && !['pinned', 'lru'].includes(layerPolicy)) {
    throw new WasmChordError('invalid_request', `layerPolicy is 'pinned' or 'lru', not ${layerPolicy}`);
  }
  if ([sha256 ?? []].flat().some((hex) => !/^[0-9a-f]{64}$/.test(hex))) {
    throw new WasmChordError('invalid_request', 'sha256 is 64 hexadecimal digits in lower case, or a list of them, one for each file');
  }
  if (simd !== undefined && !['auto', 'relaxed', 'simd128', 'none'].includes(simd)) {
    throw new WasmChordError('invalid_request', `simd is 'auto', 'relaxed', 'simd128' or 'none', not ${simd}`);
  }
  if (threads === undefined) {
    return;
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new WasmChordError('invalid_request', `threads is a number from 1 to 64, not ${threads}`);
  }
  if (threads > 1 && !globalThis.crossOriginIsolated) {
    throw new WasmChordError('not_isolated',
        `more than one thread needs a cross-origin isolated page: ${ISOLATE}`);
  }
  if (threads > 1 && !canShare()) {
    throw new WasmChordError('unsupported_browser', 'this browser has no SharedArrayBuffer, and so one thread only; load the model without threads, or with threads: 1');
  }
}

/** What keeps this load from its full speed, and what to do about it. */
function advice({ backend, crossOriginIsolated }, { simd, threads }) {
  if (backend === 'scalar' && simd !== 'none') {
    return 'This browser has no WebAssembly SIMD, so the model runs slowly; Chrome or Edge 91, Firefox 89, Safari 16.4, or later, have it.';
  }
  if (!crossOriginIsolated && threads === undefined) {
    return `The model runs on one thread, because the page is not cross-origin isolated: ${ISOLATE}.`;
  }
  if (!canShare() && threads === undefined) {
    return 'The model runs on one thread, because this browser has no SharedArrayBuffer, although the page is cross-origin isolated.';
  }
  return null;
}

/** A loaded model. */
export class WasmChord {
  #connection;
  #info;
  #busy = false;
  #count = 0;

  constructor(connection, info) {
    this.#connection = connection;
    this.#info = Object.freeze(info);
    this.chat = Object.freeze({ completions: Object.freeze({ create: (p) => this.#create('chat', p) }) });
    this.completions = Object.freeze({ create: (p) => this.#create('complete', p) });
    this.embeddings = Object.freeze({ create: (p) => this.#embed(p) });
  }

  /** The models in the browser's storage. */
  static cache = new ModelCache();

  static async load(source, { onProgress, onCacheFull, signal, ...options } = {}) {
    requireBrowser();
    check(options);
    navigator.storage?.persist?.().catch(() => {}); // asks the browser not to clear models away; it decides
    const connection = new Connection();
    try {
      const onQuestion = (question) => makeRoom(question, onCacheFull);
      const info = await connection.request('load', request(source, options), { onEvent: onProgress, onQuestion, signal });
      const { cancelWord, ...rest } = info;
      connection.cancelWord = cancelWord;
      return new WasmChord(connection, { ...rest, advice: advice(info, options) });
    } catch (error) {
      connection.close(error);
      throw error;
    }
  }

  static async inspect(source, { onProgress, signal, ...options } = {}) {
    requireBrowser();
    check(options);
    const connection = new Connection();
    try {
      return await connection.request('inspect', request(source, options), { onEvent: onProgress, signal });
    } finally {
      connection.close(new WasmChordError('disposed', 'the inspection has ended'));
    }
  }

  #begin() {
    if (this.#busy) {
      throw new WasmChordError('busy', 'the model is still answering; wait for it or abort it first');
    }
    this.#busy = true;
  }

  async #embed({ signal, ...params }) {
    const request = embeddingRequest(params);
    this.#begin();
    try {
      const { vectors, tokens } = await this.#connection.request('embed', request, { signal });
      return embeddingList(vectors, tokens, this.#info.name);
    } finally {
      this.#busy = false;
    }
  }

  async #create(type, params) {
    const { signal, stream, onProgress, ...asked } = params;
    const rest = type === 'chat' ? chatRequest(asked) : asked;
    this.#begin();
    const shape = type === 'chat' ? new ChatShape(this.#info) : new TextShape(this.#info);
    shape.id = `${type === 'chat' ? 'chatcmpl' : 'cmpl'}-${++this.#count}`;
    const queue = new Pieces();
    const stop = new AbortController();
    const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    ended.addEventListener('abort', () => queue.cut(), { once: true });
    const answer = this.#connection.request(type, rest, { onEvent: (event) => (event.progress ? onProgress?.(event.progress) : queue.push(event)), signal: ended })
        .finally(() => { this.#busy = false; });
    answer.then((result) => queue.end(result), (error) => queue.fail(error));
    if (stream) {
      return this.#stream(queue, shape, stop, answer);
    }
    const pieces = [];
    for await (const piece of queue) {
      pieces.push(piece);
    }
    return shape.whole(pieces, await this.#totals(queue.result));
  }

  async* #stream(queue, shape, stop, answer) {
    try {
      if (shape.begin) {
        yield shape.begin();
      }
      for await (const piece of queue) {
        yield shape.piece(piece);
      }
      yield shape.last(await this.#totals(queue.result));
    } finally {
      stop.abort(); // a caller that leaves the loop ends the generation
      await answer.catch(() => {});
    }
  }

  #totals(r) {
    return {
      finish_reason: r.finish,
      usage: {
        prompt_tokens: r.promptTokens,
        cached_tokens: r.cachedTokens,
        completion_tokens: r.completionTokens,
        total_tokens: r.promptTokens + r.completionTokens,
      },
      timings: {
        load_ms: this.#info.loadMs,
        prefill_ms: r.prefillMs,
        first_token_ms: r.firstTokenMs,
        decode_ms: r.decodeMs,
        tokens_per_second: r.tokensPerSecond,
      },
    };
  }

  tokenize(text, { addSpecial = true, parseSpecial = false } = {}) {
    return this.#connection.request('tokenize', { text, addSpecial, parseSpecial });
  }

  detokenize(ids, { special = false } = {}) {
    return this.#connection.request('detokenize', { ids: Array.from(ids), special });
  }

  modelInfo() {
    return this.#info;
  }

  memory() {
    return this.#connection.request('memory', {});
  }

  logits(tokens, { positions = 'last', greedy = 0 } = {}) {
    return this.#connection.request('logits', { tokens: Array.from(tokens), positions, greedy });
  }

  async dispose() {
    this.#connection.close(new WasmChordError('disposed', 'this model was disposed of; load it again'));
  }

  static {
    if (Symbol.asyncDispose) { // for `await using`, where there is such a thing
      Object.defineProperty(this.prototype, Symbol.asyncDispose, { value: this.prototype.dispose });
    }
  }
}
