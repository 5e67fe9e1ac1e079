import { WasmChordError } from './errors.js';

export { WasmChordError };

// A module with nothing but an empty Wasm GC struct type.
const GC_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0]);

const ISOLATE = 'send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use the service worker isolation.js that comes with this module';

/** Refuses kernels and thread numbers that cannot be had here. */
function check(simd, threads) {
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
}

/** What keeps this load from its full speed, and what to do about it. */
function advice({ backend, crossOriginIsolated }, simd, threads) {
  if (backend === 'scalar' && simd !== 'none') {
    return 'This browser has no WebAssembly SIMD, so the model runs slowly; Chrome or Edge 91, Firefox 89, Safari 16.4, or later, have it.';
  }
  if (!crossOriginIsolated && threads === undefined) {
    return `The model runs on one thread, because the page is not cross-origin isolated: ${ISOLATE}.`;
  }
  return null;
}

function cancelled() {
  return new WasmChordError('cancelled', 'stopped at the caller\'s request');
}

/** A worker and the requests that wait for it. */
class Connection {
  #worker;
  #waiting = new Map();
  #next = 1;
  #closed = null;

  constructor() {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'wasm-chord' });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.close(new WasmChordError('internal', `the engine's worker failed: ${event.message ?? 'it could not be loaded'}; reload the page`));
    };
  }

  #receive({ id, event, result, error }) {
    const request = this.#waiting.get(id);
    if (!request) {
      return;
    }
    if (event !== undefined) {
      request.onEvent?.(event);
      return;
    }
    this.#waiting.delete(id);
    request.detach();
    if (error) {
      request.reject(new WasmChordError(error.code, error.message));
    } else if (request.signal?.aborted) {
      request.reject(cancelled()); // the result and the abort crossed on their way
    } else {
      request.resolve(result);
    }
  }

  request(type, params, { onEvent, signal } = {}) {
    if (this.#closed) {
      return Promise.reject(this.#closed);
    }
    if (signal?.aborted) {
      return Promise.reject(cancelled());
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const abort = () => this.#worker.postMessage({ id, type: 'abort' });
      signal?.addEventListener('abort', abort);
      const detach = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(id, { resolve, reject, onEvent, detach, signal });
      try {
        this.#worker.postMessage({ id, type, params });
      } catch (error) {
        this.#waiting.delete(id);
        detach();
        reject(new WasmChordError('invalid_request', `the request cannot be sent to the engine: ${error.message}`));
      }
    });
  }

  close(reason) {
    this.#closed ??= reason;
    this.#worker.terminate();
    for (const request of this.#waiting.values()) {
      request.detach();
      request.reject(reason);
    }
    this.#waiting.clear();
  }
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
  }

  static async load(source, { onProgress, signal, headers, contextLength, simd, threads } = {}) {
    if (typeof WebAssembly !== 'object' || !WebAssembly.validate(GC_PROBE)) {
      throw new WasmChordError('unsupported_browser',
          'this browser lacks WebAssembly GC; use Chrome or Edge 119, Firefox 120, Safari 18.2, or later');
    }
    check(simd, threads);
    const connection = new Connection();
    try {
      const from = source instanceof Blob ? source : new URL(source, globalThis.location?.href).href;
      const params = { source: from, headers, contextLength, simd, threads };
      const info = await connection.request('load', params, { onEvent: onProgress, signal });
      return new WasmChord(connection, { ...info, advice: advice(info, simd, threads) });
    } catch (error) {
      const known = error instanceof WasmChordError ? error
          : new WasmChordError('invalid_request', `${source} is no address of a model (${error.message})`);
      connection.close(known);
      throw known;
    }
  }

  async #create(type, params) {
    const { signal, stream, ...rest } = params;
    if (this.#busy) {
      throw new WasmChordError('busy', 'the model is still answering; wait for it or abort it first');
    }
    this.#busy = true;
    const shape = type === 'chat' ? new ChatShape(this.#info) : new TextShape(this.#info);
    shape.id = `${type === 'chat' ? 'chatcmpl' : 'cmpl'}-${++this.#count}`;
    const queue = new Pieces();
    const stop = new AbortController();
    const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    ended.addEventListener('abort', () => queue.cut(), { once: true });
    const answer = this.#connection.request(type, rest, { onEvent: (text) => queue.push(text), signal: ended })
        .finally(() => { this.#busy = false; });
    answer.then((result) => queue.end(result), (error) => queue.fail(error));
    if (stream) {
      return this.#stream(queue, shape, stop, answer);
    }
    let text = '';
    for await (const piece of queue) {
      text += piece;
    }
    return shape.whole(text, await this.#totals(queue.result));
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
}

/** Text as it arrives, for one reader. */
class Pieces {
  #pieces = [];
  #wake = () => {};
  #over = false;
  #cut = false;
  #error = null;
  result = null;

  push(text) {
    if (!this.#cut) {
      this.#pieces.push(text);
      this.#wake();
    }
  }

  /** Drops what was not read yet, and what is still on its way. */
  cut() {
    this.#cut = true;
    this.#pieces.length = 0;
  }

  end(result) {
    this.result = result;
    this.#over = true;
    this.#wake();
  }

  fail(error) {
    this.#error = error;
    this.#over = true;
    this.#wake();
  }

  async* [Symbol.asyncIterator]() {
    for (;;) {
      while (this.#pieces.length > 0) {
        yield this.#pieces.shift();
      }
      if (this.#error) {
        throw this.#error;
      }
      if (this.#over) {
        return;
      }
      await new Promise((resolve) => { this.#wake = resolve; });
    }
  }
}

/** OpenAI's shape of chat completions. */
class ChatShape {
  constructor(info) {
    this.created = Math.floor(Date.now() / 1000);
    this.model = info.name;
  }

  #chunk(delta, finish_reason, rest) {
    return { id: this.id, object: 'chat.completion.chunk', created: this.created, model: this.model, choices: [{ index: 0, delta, finish_reason }], ...rest };
  }

  begin() {
    return this.#chunk({ role: 'assistant' }, null);
  }

  piece(content) {
    return this.#chunk({ content }, null);
  }

  last({ finish_reason, usage, timings }) {
    return this.#chunk({}, finish_reason, { usage, timings });
  }

  whole(content, { finish_reason, usage, timings }) {
    return { id: this.id, object: 'chat.completion', created: this.created, model: this.model, choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }], usage, timings };
  }
}

/** OpenAI's shape of text completions. */
class TextShape {
  constructor(info) {
    this.created = Math.floor(Date.now() / 1000);
    this.model = info.name;
  }

  #chunk(text, finish_reason, rest) {
    return { id: this.id, object: 'text_completion', created: this.created, model: this.model, choices: [{ index: 0, text, finish_reason }], ...rest };
  }

  piece(text) {
    return this.#chunk(text, null);
  }

  last({ finish_reason, usage, timings }) {
    return this.#chunk('', finish_reason, { usage, timings });
  }

  whole(text, { finish_reason, usage, timings }) {
    return this.#chunk(text, finish_reason, { usage, timings });
  }
}
