import { breath } from './threads/breath.js';
import { Engine, defaultThreads } from './engine/engine.js';
import { Loader } from './load/loader.js';
import { WasmChordError, toPlain } from './errors.js';

/** @type {Engine} */
let engine;
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

function sample(p) {
  engine.call('sampling', p.max_tokens ?? 0x7fffffff, p.temperature ?? 0.8, p.top_k ?? 40, p.top_p ?? 0.95, p.min_p ?? 0.05,
      p.repetition_penalty ?? 1, p.frequency_penalty ?? 0, p.presence_penalty ?? 0, p.seed ?? Math.floor(Math.random() * 2 ** 32), p.ignore_eos ?? false);
  for (const stop of p.stop ?? []) {
    engine.call('addStop', stop);
  }
}

const handlers = {
  async load(params, emit, signal) {
    const started = performance.now();
    emit({ phase: 'engine', loaded: 0, total: null, bytesPerSecond: 0, secondsLeft: null });
    const options = { threads: defaultThreads(), simd: 'auto', ...defined(params) };
    const info = await loaded(options, page(emit), signal);
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

  async chat({ messages, template, options, sampling }, emit, signal) {
    engine.call('clearRequest');
    for (const { role, content, extra } of messages) {
      engine.value('addMessage', role, content, extra);
    }
    sample(sampling);
    engine.value('startChat', template, options);
    return generate(emit, signal);
  },

  async complete({ prompt, sampling }, emit, signal) {
    engine.call('clearRequest');
    sample(sampling);
    if (typeof prompt === 'string') {
      engine.value('startText', prompt);
    } else {
      engine.value('startTokens', prompt.join(','));
    }
    return generate(emit, signal);
  },

  async embed({ inputs, pooling, normalize, truncate }, emit, signal) {
    const vectors = [];
    let tokens = 0;
    try {
      for (const [index, input] of inputs.entries()) {
        const [start, given] = typeof input === 'string' ? ['embedStart', input] : ['embedTokens', input.join(',')];
        const one = await embedded(() => engine.value(start, given, pooling ?? '', normalize, truncate), signal).catch((error) => {
          throw error.code === 'invalid_request' ? new WasmChordError(error.code, `input ${index}: ${error.message}`) : error;
        });
        vectors.push(one.embedding);
        tokens += one.tokens;
      }
    } finally {
      engine.call('embedEnd');
    }
    return { vectors, tokens };
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

/** One text's vector; without pooling a list of vectors. */
async function embedded(start, signal) {
  start();
  engine.layers?.begin();
  for (;;) {
    await breath();
    signal.throwIfAborted();
    const { more, tokens, pooled, address, rows, columns } = engine.value('embedStep');
    if (!more) {
      const all = new Float32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
      const each = Array.from({ length: rows }, (_, row) => all.slice(row * columns, (row + 1) * columns));
      return { tokens, embedding: pooled ? each[0] : each };
    }
  }
}

async function generate(emit, signal) {
  engine.layers?.begin();
  for (;;) {
    await breath();
    signal.throwIfAborted();
    const { more, prefill, reasoning, text, calls, result } = engine.value('step');
    if (prefill) {
      emit({ progress: { phase: 'prefill', ...prefill } });
    }
    if (reasoning) {
      emit({ reasoning });
    }
    if (text) {
      emit(text);
    }
    if (calls.length > 0) {
      emit({ calls });
    }
    if (!more) {
      return result;
    }
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
