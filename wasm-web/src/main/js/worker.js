import { letMessagesIn } from './threads/let-messages-in.js';
import { Engine, defaultThreads, grantedBytes } from './engine/engine.js';
import { loadAdapter } from './load/adapter-loader.js';
import { Loader } from './load/loader.js';
import { toPlain } from './errors.js';

/** @type {Engine} */
let engine;
let adapterRoom = 0; // bytes that the model leaves
const running = new Map(); // request id -> AbortController
const questions = []; // to the page, by number

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
async function loaded(options, to, signal) {
  for (let again = true; ; again = false) {
    const loader = new Loader(options, to, signal);
    try {
      engine = await Engine.start(options.engine);
      return await loader.run(engine);
    } catch (error) {
      await loader.close();
      engine?.stop();
      if (error.code !== 'source_changed' || !again) {
        throw error;
      }
      to.notice(`${error.message.split(';')[0]}; it is fetched anew.`);
    }
  }
}

const handlers = {
  async load(params, emit, signal) {
    const started = performance.now();
    emit({ phase: 'engine', loaded: 0, total: null, bytesPerSecond: 0, secondsLeft: null });
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

  async generate({ json }, emit, signal) {
    try {
      const { chunks } = engine.value('start', json);
      emit({ chunks });
      for await (const { prefill, chunks: more, answer } of steps(signal)) {
        if (prefill) {
          emit({ progress: { phase: 'prefill', ...prefill } });
        }
        if (more?.length > 0) {
          emit({ chunks: more });
        }
        if (answer) {
          return answer;
        }
      }
    } finally {
      engine.value('end');
    }
  },

  async embed({ json }, emit, signal) {
    try {
      engine.value('embed', json);
      const vectors = [];
      for await (const { vectors: rows, answer } of steps(signal)) {
        if (rows) {
          vectors.push(copied(rows));
        }
        if (answer) {
          return { answer, vectors };
        }
      }
    } finally {
      engine.value('end');
    }
  },

  loadAdapter(params, emit, signal) {
    return loadAdapter(engine, { ...defined(params), room: adapterRoom }, page(emit), signal);
  },

  setAdapters({ json }) {
    engine.value('setAdapters', json);
  },

  unloadAdapter({ name }) {
    engine.value('unloadAdapter', name);
  },

  rerank({ json }, emit, signal) {
    return answered('rerank', json, signal);
  },

  classify({ json }, emit, signal) {
    return answered('classify', json, signal);
  },

  tokenize({ text, addSpecial, parseSpecial }) {
    return engine.value('tokenize', text, addSpecial, parseSpecial);
  },

  detokenize({ ids, special }) {
    return engine.value('detokenize', ids.join(','), special);
  },

  memory() {
    const { layers, ...sizes } = engine.value('memory');
    return { linearBytes: engine.size, ...sizes, ...(layers ? { layers: { ...layers, readMs: engine.layers.readMs } } : {}) };
  },

  logits({ tokens, greedy, positions }) {
    const { address, rows, columns, greedy: chosen } = engine.value('logits', tokens.join(','), greedy, positions === 'all');
    const data = new Float32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
    engine.call('releaseLogits');
    return { rows, columns, data, greedy: chosen };
  },
};

/** The answer of a request that gives nothing before it. */
async function answered(call, json, signal) {
  try {
    engine.value(call, json);
    for await (const { answer } of steps(signal)) {
      if (answer) {
        return answer;
      }
    }
  } finally {
    engine.value('end');
  }
}

/** A text's vector; without pooling a list of vectors. */
function copied({ pooled, address, rows, columns }) {
  const all = new Float32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
  const each = Array.from({ length: rows }, (_, row) => all.slice(row * columns, (row + 1) * columns));
  return pooled ? each[0] : each;
}

/** What the steps of a request tell that was begun, until the last one or an abort. */
async function* steps(signal) {
  engine.layers?.begin();
  for (let more = true; more;) {
    await letMessagesIn();
    signal.throwIfAborted();
    const told = engine.value('step');
    more = told.more;
    yield told;
  }
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
    questions[params.ask](params.freed);
    return;
  }
  const control = new AbortController();
  running.set(id, control);
  try {
    const result = await handlers[type](params, (event) => self.postMessage({ id, event }), control.signal);
    self.postMessage({ id, result });
  } catch (error) {
    self.postMessage({ id, error: toPlain(error) });
  } finally {
    running.delete(id);
  }
};
