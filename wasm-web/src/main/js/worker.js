import { Engine, defaultThreads, grantedBytes } from './engine/engine.js';
import { loadAdapter } from './load/adapter-loader.js';
import { faster } from './load/faster.js';
import { hardware } from './gpu/device.js';
import { Loader } from './load/loader.js';
import { RequestQueue } from './engine/request-queue.js';
import { restored, saved } from './engine/saved-sessions.js';
import { toPlain } from './errors.js';
import { forwardAbort } from './requests/forward-abort.js';
import { chosenBefore, remember } from './storage/choices.js';
import { JournalFile } from './storage/journals.js';

/** @type {Engine} */
let engine;
/** @type {RequestQueue} */
let queue;
let adapterRoom = 0; // bytes that the model leaves
const running = new Map(); // request id -> AbortController
const questions = []; // to the page, by number
let transfers = Promise.resolve();

/**
 * The options that the caller gave.
 *
 * @returns {{engine?: string, [option: string]: any}}
 */
function defined(params) {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

/** The page, as a load sees it. */
function page(emit) {
  return {
    progress: (event) => emit(event),
    notice: (message) => emit({ phase: 'notice', loaded: 0, total: null, bytesPerSecond: 0, secondsLeft: null, message }),
    consent: (question) => new Promise((resolve) => {
      const number = questions.push(resolve) - 1;
      emit({ ask: number, question });
    }),
  };
}

/** Loads a model; once more from the beginning when the file changes meanwhile. */
async function loadedOn(backend, options, to, signal) {
  for (let again = true; ; again = false) {
    const loader = new Loader({ ...options, backend }, to, signal);
    let started;
    try {
      started = await Engine.start(options.engine);
      return { engine: started, info: await loader.run(started) };
    } catch (error) {
      await loader.close();
      started?.stop();
      if (error.code !== 'source_changed' || !again) {
        throw error;
      }
      to.notice(`${error.message.split(';')[0]}; it is fetched anew.`);
    }
  }
}

/** The name of a GPU that may be faster, where a model can be loaded on it and on the CPU without being downloaded twice; or null. */
async function rival(source, cache = true) {
  return cache || [source].flat().every((one) => one instanceof Blob) ? hardware() : null;
}

/** Loads a model on the GPU or the CPU, whichever was faster, and measures where that is not known. */
async function loadedOnFaster(gpu, options, load, signal) {
  const named = [options.source].flat().map((one) => one instanceof Blob ? `${/** @type {File} */ (one).name} ${one.size}` : JSON.stringify(one));
  const key = [gpu, ...named].join('\n');
  const known = await chosenBefore(key);
  if (known) {
    try {
      const { engine: started, info } = await load(known.backend);
      return { engine: started, info: { ...info, gpuNote: info.gpuNote ?? known.note } };
    } catch (error) {
      signal.throwIfAborted();
      if (known.backend === 'simd') {
        throw error;
      }
    }
  }
  const taken = await faster(load, signal);
  if (taken.measured) {
    await remember(key, { backend: taken.info.gpu ? 'webgpu' : 'simd', note: taken.info.gpuNote });
  }
  return taken;
}

/** Loads a model on what the caller asks for, or on what is faster. */
async function loaded({ backend = 'simd', ...options }, to, signal) {
  const load = (on) => loadedOn(on, options, to, signal);
  const gpu = backend === 'auto' ? await rival(options.source, options.cache) : null;
  const { engine: started, info } = gpu ? await loadedOnFaster(gpu, options, load, signal) : await load(backend);
  engine = started;
  return info;
}

const handlers = {
  async load(params, emit, signal) {
    const started = performance.now();
    emit({ phase: 'engine', loaded: 0, total: null, bytesPerSecond: 0, secondsLeft: null });
    /** @type {{engine?: string, [option: string]: any}} */
    const options = { threads: defaultThreads(), simd: 'auto', ...defined(params) };
    const info = await loaded(options, page(emit), signal);
    adapterRoom = (options.memoryBudget ?? grantedBytes()) - info.plan.totalBytes;
    return { ...info, crossOriginIsolated: self.crossOriginIsolated, loadMs: performance.now() - started, cancelWord: engine.layers?.cancelWord ?? null };
  },

  async inspect(params, emit, signal) {
    const options = { threads: defaultThreads(), ...defined(params), cache: false };
    const loader = new Loader(options, page(emit), signal);
    try {
      return await loader.inspect(await Engine.start(options.engine));
    } finally {
      await loader.close();
    }
  },

  async generate({ json, journal }, emit, signal) {
    return journal ? journaled(await JournalFile.make(journal), json, emit, signal) : generated(json, emit, signal);
  },

  /** Goes on with the answer of a journal. */
  async resume({ name, json }, emit, signal) {
    const file = await JournalFile.find(name);
    return journaled(file, json, emit, signal, async (id) => {
      const bytes = file.read();
      engine.bytes((await engine.ask('journalBuffer', bytes.length)) >>> 0, bytes.length).set(bytes);
      const { length, request } = await engine.ask('resume', id, bytes.length, json);
      file.cut(length);
      emit({ resumed: request });
    });
  },

  async embed({ json }, emit, signal) {
    const vectors = [];
    const answer = await requests().answer(json, signal, ({ vectors: rows }) => {
      if (rows) {
        vectors.push(copied(rows));
      }
    });
    return { answer, vectors };
  },

  loadAdapter(params, emit, signal) {
    return transfer(() => loadAdapter(engine, { ...defined(params), room: adapterRoom }, page(emit), signal));
  },

  async setAdapters({ json }) {
    await engine.ask('setAdapters', json);
  },

  async unloadAdapter({ name }) {
    await engine.ask('unloadAdapter', name);
  },

  rerank({ json }, emit, signal) {
    return requests().answer(json, signal);
  },

  classify({ json }, emit, signal) {
    return requests().answer(json, signal);
  },

  tokenize({ text, addSpecial, parseSpecial }) {
    return engine.ask('tokenize', text, addSpecial, parseSpecial);
  },

  detokenize({ ids, special }) {
    return engine.ask('detokenize', ids.join(','), special);
  },

  openSession({ contextLength }) {
    return engine.ask('openSession', contextLength);
  },

  copySession({ session }) {
    return engine.ask('copySession', session);
  },

  describeSession({ session }) {
    return engine.ask('describeSession', session);
  },

  closeSession({ session }) {
    return engine.ask('closeSession', session);
  },

  saveSession({ session, notes }) {
    return transfer(() => saved(engine, session, notes));
  },

  restoreSession({ saved: blob }) {
    return transfer(() => restored(engine, blob));
  },

  profile() {
    return engine.ask('profile');
  },

  async memory() {
    const { layers, ...sizes } = await engine.ask('memory');
    return { linearBytes: engine.size, ...sizes, ...(engine.gpu ? { gpu: { ...engine.gpu.figures } } : {}), ...(layers ? { layers: { ...layers, readMs: engine.layers.readMs } } : {}) };
  },

  async logits({ tokens, greedy, positions }) {
    const { address, rows, columns, greedy: chosen } = await engine.ask('logits', tokens.join(','), greedy, positions === 'all');
    const data = new Float32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
    engine.call('releaseLogits');
    return { rows, columns, data, greedy: chosen };
  },
};

/** An answer, of which `keep` gets the bytes of its journal. */
function generated(json, emit, signal, keep = (_) => {}, take = undefined) {
  return requests().answer(json, signal, ({ prefill, chunks, journal }) => {
    if (journal) {
      keep(engine.bytes(journal.address, journal.bytes).slice());
    }
    if (prefill) {
      emit({ progress: { phase: 'prefill', ...prefill } });
    }
    if (chunks) {
      emit({ chunks });
    }
  }, (question) => new Promise((resolve) => {
    emit({ ask: questions.push(resolve) - 1, question }, [question.logits.buffer]);
  }), take);
}

/** An answer with a journal, which stays when it does not come to its end. */
async function journaled(file, json, emit, signal, take = undefined) {
  const control = new AbortController();
  const letGo = forwardAbort(signal, control);
  let problem; // with the file
  const keep = (bytes) => {
    try {
      file.append(bytes);
    } catch (error) {
      problem ??= error;
      control.abort();
    }
  };
  try {
    const answer = await generated(json, emit, control.signal, keep, take);
    await file.remove();
    return answer;
  } catch (error) {
    file.close();
    throw problem ?? error;
  } finally {
    letGo();
  }
}

/** A text's vector; without pooling a list of vectors. */
function copied({ pooled, address, rows, columns }) {
  const all = new Float32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
  const each = Array.from({ length: rows }, (_, row) => all.slice(row * columns, (row + 1) * columns));
  return pooled ? each[0] : each;
}

/** Lets sessions be saved and restored, and adapters loaded, one after the other. */
function transfer(work) {
  const done = transfers.then(work);
  transfers = done.catch(() => {});
  return done;
}

/** What the loaded model is asked. */
function requests() {
  queue ??= new RequestQueue(engine);
  return queue;
}

self.onmessage = async ({ data: { id, type, params } }) => {
  if (!type) {
    return; // of a spawned worker
  }
  if (type === 'abort') {
    running.get(id)?.abort();
    return;
  }
  if (type === 'stop') {
    running.forEach((control) => control.abort());
    engine?.stop();
    self.postMessage({ stopped: true });
    return;
  }
  if (type === 'answer') {
    questions[params.ask](params.answer);
    delete questions[params.ask];
    return;
  }
  const control = new AbortController();
  running.set(id, control);
  try {
    const result = await handlers[type](params, (event, transfer = []) => self.postMessage({ id, event }, { transfer }), control.signal);
    self.postMessage({ id, result });
  } catch (error) {
    self.postMessage({ id, error: toPlain(error) });
  } finally {
    running.delete(id);
  }
};
