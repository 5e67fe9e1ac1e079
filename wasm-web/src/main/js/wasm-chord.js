import { Chunks } from './requests/answers.js';
import { ChatSession, blobOf, notesOf, sessionOptions } from './requests/chat-session.js';
import { ModelCache, remove } from './storage/cache.js';
import { Connection } from './threads/connection.js';
import { embeddingList } from './requests/embeddings.js';
import { WasmChordError } from './errors.js';
import { forwardAbort } from './requests/forward-abort.js';
import { adapterOptions, loadOptions } from './requests/load-options.js';
import { LogitsProcessor } from './requests/logits-processor.js';
import { MODELS } from './sources/catalogue.js';
import { sourceOf } from './sources/model-source.js';
import { shareStored, sharedFile } from './storage/cross-origin.js';
import { Journals } from './storage/journals.js';
import { adapterRequest, adaptersRequest, chatRequest, classificationRequest, detokenizeRequest, embeddingRequest, logitsRequest, rerankRequest, resumeRequest, textRequest, tokenizeRequest } from './requests/requests.js';
import { runTools } from './requests/run-tools.js';
import { host } from './threads/host.js';
import { canShare, isolated } from './threads/sharing.js';

export { WasmChordError };

// A module with nothing but an empty Wasm GC struct type.
const GC_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0]);

const PATIENCE_MS = 750; // for a load that is aborted

const ISOLATE = 'send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use the service worker isolation.js that comes with this module';

function requireBrowser() {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(GC_PROBE)) {
    throw new WasmChordError('unsupported_browser',
        'WebAssembly GC is missing here; use Chrome or Edge 119, Firefox 120, Safari 18.2, Node.js 22, or later');
  }
  if (typeof Worker !== 'function' && !host()) {
    throw new WasmChordError('unsupported_browser',
        `there is no Worker here (${globalThis.constructor?.name}), and the engine runs in one; load the model in a page or in a dedicated worker, and let messages pass between`);
  }
}

/** What the worker gets; addresses may be relative to the page's. */
async function loadRequest(source, given, files, signal) {
  const draft = given.draft && { ...given.draft, source: await sourceOf(given.draft.source, signal) };
  return { ...given, draft, engine: files?.('wasm-chord.wasm'), source: await sourceOf(source, signal), base: globalThis.location?.href };
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
    await remove(url);
  }
  return freed;
}

/** Gives other sites the model with a digest, where this site keeps it and has compared it. */
async function shareVerified(sha256) {
  const kept = (await WasmChord.cache.list()).find(({ verified, complete }) => complete && verified === sha256);
  if (kept) {
    await shareStored(kept.url, sha256);
  }
}

/** Refuses more threads than can be had here. */
function checkThreads({ threads }) {
  if (threads > 1 && !isolated()) {
    throw new WasmChordError('not_isolated',
        `more than one thread needs a cross-origin isolated page: ${ISOLATE}`);
  }
  if (threads > 1 && !canShare()) {
    throw new WasmChordError('unsupported_browser', 'this browser has no SharedArrayBuffer, and so one thread only; load the model without threads, or with threads: 1');
  }
}

/** What keeps this load from its full speed, and what to do about it. */
function advice({ backend, gpu, gpuNote, crossOriginIsolated }, { simd, threads, backend: wanted }) {
  if (gpuNote) {
    return gpuNote;
  }
  if (gpu) {
    return gpu.software ? `The GPU is none: ${gpu.name} computes on the CPU, slower than the SIMD kernels; load the model with backend: 'auto'.` : null;
  }
  if (backend === 'scalar' && simd !== 'none' && wanted !== 'scalar') {
    return 'The model runs slowly, without WebAssembly SIMD: this browser has none (Chrome or Edge 91, Firefox 89, Safari 16.4, or later, have it), or the model has rows that are no multiples of four.';
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
  #count = 0;

  constructor(connection, info) {
    this.#connection = connection;
    this.#info = Object.freeze(info);
    const create = (p) => this.#create('chatcmpl', chatRequest, p);
    this.chat = Object.freeze({ completions: Object.freeze({ create, runTools: (p) => runTools(create, p) }) });
    this.completions = Object.freeze({ create: (p) => this.#create('cmpl', textRequest, p) });
    this.embeddings = Object.freeze({ create: (p) => this.#embed(p) });
  }

  /** The models in the browser's storage. */
  static cache = new ModelCache();

  /** Answers that were interrupted. */
  static journals = new Journals();

  /** Models that a page may offer; one that wants others puts its own list here. */
  static models = MODELS;

  static async load(source, options) {
    const { onProgress, onCacheFull, signal, assets: files, crossOriginStorage = false, ...given } = loadOptions('load', options);
    requireBrowser();
    checkThreads(given);
    const there = crossOriginStorage ? await sharedFile(given.sha256[0]) : null;
    const request = await loadRequest(there ?? source, given, files, signal);
    navigator.storage?.persist?.().catch(() => {}); // asks the browser not to clear models away; it decides
    const connection = new Connection(files);
    try {
      const onQuestion = (question) => makeRoom(question, onCacheFull);
      const info = await connection.request('load', request, { onEvent: onProgress, onQuestion, signal, patience: PATIENCE_MS });
      const { cancelWord, gpuNote, ...rest } = info;
      connection.cancelWord = cancelWord;
      if (there) {
        rest.cache = { stored: true, reason: null, sha256: null };
      } else if (crossOriginStorage) {
        shareVerified(given.sha256[0]); // meanwhile the model may be asked
      }
      return new WasmChord(connection, { ...rest, advice: advice(info, given) });
    } catch (error) {
      connection.close(error);
      throw error;
    }
  }

  static async inspect(source, options) {
    const { onProgress, onCacheFull, signal, assets: files, crossOriginStorage: _, ...given } = loadOptions('inspect', options);
    requireBrowser();
    checkThreads(given);
    const request = await loadRequest(source, given, files, signal);
    const connection = new Connection(files);
    try {
      return await connection.request('inspect', request, { onEvent: onProgress, signal, patience: PATIENCE_MS });
    } finally {
      connection.close(new WasmChordError('disposed', 'the inspection has ended'));
    }
  }

  /** What the engine gets of a request; `kind` begins the answer's id. */
  #json(json, kind, session) {
    return { json: json({ id: `${kind}-${++this.#count}`, loadMs: this.#info.loadMs, session }) };
  }

  async createSession(options) {
    const { contextLength, ...rest } = sessionOptions(options ?? {});
    return this.#session(await this.#connection.request('openSession', { contextLength }), rest);
  }

  async restoreSession(saved, options) {
    const { overflow } = sessionOptions(options ?? {});
    const { session, notes } = await this.#connection.request('restoreSession', { saved: blobOf(saved) });
    return this.#session(session, { ...notesOf(notes), ...(options?.overflow ? { overflow } : {}) });
  }

  #session(number, rest) {
    const model = {
      create: (params, session) => this.#create('chatcmpl', chatRequest, params, session),
      resume: (name, params, session) => this.#resume(name, params, session),
      call: (name, params) => this.#connection.request(name, params),
    };
    return new ChatSession(model, number, rest);
  }

  async #embed(params) {
    const { signal, format, json } = embeddingRequest(params);
    const { answer, vectors } = await this.#connection.request('embed', this.#json(json, 'embd'), { signal });
    return embeddingList(answer, vectors, format);
  }

  async rerank(params) {
    const { signal, json } = rerankRequest(params);
    return this.#connection.request('rerank', this.#json(json, 'rerank'), { signal });
  }

  async classify(params) {
    const { signal, json } = classificationRequest(params);
    return this.#connection.request('classify', this.#json(json, 'classify'), { signal });
  }

  async #create(kind, read, params, session) {
    const { json, journal, ...kept } = read(params);
    return this.#answer('generate', { ...this.#json(json, kind, session), journal }, kept);
  }

  async resume(name, params) {
    return (await this.#resume(name, params)).answer;
  }

  /** The rest of an answer, and the messages that it is to. */
  async #resume(given, params, session) {
    const { name, json, ...kept } = resumeRequest(given, params);
    let request;
    const answer = await this.#answer('resume', { name, json: json({ loadMs: this.#info.loadMs, session }) },
        { ...kept, onResume: (resumed) => { request = resumed; } });
    return { answer, messages: request.messages };
  }

  /** Has the worker answer, and gives what comes as the caller wants it. */
  async #answer(type, request, { signal, onProgress, logitsProcessor, stream, onResume = (_) => {} }) {
    const processor = new LogitsProcessor(logitsProcessor);
    const chunks = new Chunks();
    const control = new AbortController();
    control.signal.addEventListener('abort', () => chunks.cut(control.signal.reason), { once: true });
    let begun;
    const begins = new Promise((resolve) => { begun = resolve; });
    let heard;
    let streams = stream; // where it is not said, as it was
    const known = type === 'resume' ? new Promise((resolve) => { heard = resolve; }) : null;
    const onEvent = ({ progress, chunks: come, resumed }) => {
      if (resumed) {
        streams ??= resumed.stream === true;
        onResume(resumed);
        heard();
      } else if (progress) {
        onProgress?.(progress);
      } else {
        come.forEach((chunk) => chunks.push(chunk));
        begun();
      }
    };
    const failed = []; // of the caller's own, which ends the answer
    const onQuestion = (question) => processor.run(question).catch((error) => {
      failed.push(error);
      control.abort();
    });
    const letGo = forwardAbort(signal, control);
    const answer = this.#connection.request(type, request, { onEvent, onQuestion, signal: control.signal })
        .catch((error) => { throw failed.length > 0 ? failed[0] : error; });
    answer.then((result) => chunks.end(result), (error) => chunks.fail(error));
    const end = () => {
      letGo(); // an abort is heard until all was read
      control.abort(); // a caller that leaves the loop ends the generation
      return answer.catch(() => {});
    };
    let left = false; // to whoever reads the stream
    try {
      await Promise.race([known, answer]);
      if (!streams) {
        return await answer;
      }
      await Promise.race([begins, answer]);
      left = true;
      return this.#stream(chunks, end);
    } finally {
      if (!left) {
        await end();
      }
    }
  }

  /** Chunks as they come, and the last one. */
  async* #stream(chunks, end) {
    try {
      yield* chunks;
      yield chunks.result;
    } finally {
      await end();
    }
  }

  async loadAdapter(source, options) {
    const { onProgress, signal, ...given } = adapterOptions(options);
    const request = await loadRequest(source, given, undefined, signal);
    return this.#connection.request('loadAdapter', request, { onEvent: onProgress, signal });
  }

  async setAdapters(adapters) {
    const request = adaptersRequest(adapters);
    return this.#connection.request('setAdapters', request);
  }

  async unloadAdapter(name) {
    const request = adapterRequest(name);
    return this.#connection.request('unloadAdapter', request);
  }

  async tokenize(text, options) {
    return this.#connection.request('tokenize', tokenizeRequest(text, options));
  }

  async detokenize(ids, options) {
    return this.#connection.request('detokenize', detokenizeRequest(ids, options));
  }

  modelInfo() {
    return this.#info;
  }

  profile() {
    return this.#connection.request('profile', {});
  }

  memory() {
    return this.#connection.request('memory', {});
  }

  async logits(tokens, options) {
    return this.#connection.request('logits', logitsRequest(tokens, options));
  }

  async dispose() {
    await this.#connection.end(new WasmChordError('disposed', 'this model was disposed of; load it again'));
  }

  static {
    if (Symbol.asyncDispose) { // for `await using`, where there is such a thing
      Object.defineProperty(this.prototype, Symbol.asyncDispose, { value: this.prototype.dispose });
    }
  }
}
