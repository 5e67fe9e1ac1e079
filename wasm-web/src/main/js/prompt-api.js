/*
 * Chrome's Prompt API (`LanguageModel`) with an engine of this page behind it. A session is a `ChatSession`; errors are those of the platform.
 */
const MOST_ROUNDS = 8; // of tools in one prompt
const TEXT = 'text';

/** @type {{responseConstraint?: object, signal?: AbortSignal}} */
const NOTHING = {};

/** Errors of the engine's that the API has names for. */
const NAMES = { context_overflow: 'QuotaExceededError', unenforceable_schema: 'NotSupportedError', out_of_memory: 'OperationError', disposed: 'InvalidStateError' };

/** @typedef {import('./wasm-chord.js').WasmChord} Engine */
/** @typedef {import('./prompt-api.js').CreateOptions} CreateOptions */

/** @returns {never} */
function unsupported(what) {
  throw new DOMException(`${what}: only text is supported here`, 'NotSupportedError');
}

function contentOf(content) {
  if (typeof content === 'string') {
    return content;
  }
  return content.map(({ type, value }) => (type === TEXT ? value : unsupported(`content of type ${type}`))).join('');
}

/**
 * What is said to a session, as the engine's messages.
 *
 * @returns {{role: string, content: string}[]}
 */
function messagesOf(input) {
  if (typeof input === 'string') {
    return [{ role: 'user', content: input }];
  }
  return (Array.isArray(input) ? input : [input]).map(({ role, content, prefix }) => (
    prefix ? unsupported('a prefix of the answer') : { role, content: contentOf(content) }));
}

/**
 * Whether a model of text is enough.
 *
 * @param {import('./prompt-api.js').AvailabilityOptions} [options]
 */
function onlyText({ expectedInputs = [], expectedOutputs = [] } = {}) {
  return [...expectedInputs, ...expectedOutputs].every(({ type }) => type === TEXT);
}

function platform(error, signal) {
  if (signal?.aborted) {
    return signal.reason;
  }
  return Object.hasOwn(NAMES, error?.code ?? '') ? new DOMException(error.message, NAMES[error.code]) : error;
}

/** Runs the calls of an answer at once; what they say goes to the model in their order. */
function runCalls(calls, tools) {
  return Promise.all(calls.map(async ({ id, function: { name, arguments: given } }) => {
    const said = await tools.find((tool) => tool.name === name).execute(JSON.parse(given));
    return { role: 'tool', tool_call_id: id, content: typeof said === 'string' ? said : JSON.stringify(said ?? null) };
  }));
}

/** A conversation in the API's shape. */
class PromptSession extends EventTarget {
  #chord;
  #session;
  #options;
  #ended = new AbortController();
  #before = Promise.resolve(); // all that was asked for until now
  #used = 0;
  oncontextoverflow = null;

  /** @param {Engine} chord */
  constructor(chord, session, options) {
    super();
    this.#chord = chord;
    this.#session = session;
    this.#options = options;
  }

  /**
   * @param {Engine} chord
   * @param {CreateOptions} options
   */
  static async open(chord, { initialPrompts = [], tools = [], temperature, topK }) {
    const functions = tools.map(({ name, description, inputSchema: parameters }) => ({ type: 'function', function: { name, description, parameters } }));
    const session = await chord.createSession({
      messages: messagesOf(initialPrompts), overflow: 'slide', temperature, top_k: topK, ...(functions.length > 0 && { tools: functions }),
    });
    return new this(chord, session, { tools, temperature, topK });
  }

  #tell() {
    const event = new Event('contextoverflow');
    this.dispatchEvent(event);
    this.oncontextoverflow?.(event);
  }

  get contextWindow() {
    return this.#chord.modelInfo().contextLength;
  }

  /** Of the last answer. */
  get contextUsage() {
    return this.#used;
  }

  get inputQuota() {
    return this.contextWindow;
  }

  get inputUsage() {
    return this.contextUsage;
  }

  get temperature() {
    return this.#options.temperature;
  }

  get topK() {
    return this.#options.topK;
  }

  /** Does the work when all before is done. */
  async #inTurn(signal, work) {
    const ends = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    const before = this.#before;
    const mine = (async () => {
      await before;
      ends.throwIfAborted();
      return work(ends);
    })();
    this.#before = mine.catch(() => {});
    try {
      return await mine;
    } catch (error) {
      throw platform(error, ends);
    }
  }

  /** Answers, and runs tools until there is an answer without calls. All of it is kept, or nothing. */
  async #answer(input, options, signal, onText) {
    const params = { responseConstraint: options.responseConstraint, signal };
    const begun = this.#session.messages.length;
    let said = messagesOf(input);
    try {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const calls = await this.#round(said, params, onText);
        if (calls.length === 0) {
          return;
        }
        said = await runCalls(calls, this.#options.tools);
        signal.throwIfAborted();
      }
      throw new DOMException(`the model still calls tools after ${MOST_ROUNDS} rounds`, 'OperationError');
    } catch (error) {
      if (!this.#ended.signal.aborted) {
        this.#session.rewind(Math.min(begun, this.#session.messages.length));
      }
      throw error;
    }
  }

  async #round(said, params, onText) {
    const whole = this.#session.messages.length + said.length + 1;
    for await (const { choices: [{ delta }], usage } of await this.#session.prompt(said, { ...params, stream: true })) {
      if (delta.content) {
        onText(delta.content);
      }
      this.#used = usage?.total_tokens ?? this.#used;
    }
    const { messages } = this.#session;
    if (messages.length < whole) {
      this.#tell();
    }
    return messages.at(-1).tool_calls ?? [];
  }

  async prompt(input, options = NOTHING) {
    return this.#inTurn(options.signal, async (signal) => {
      let text = '';
      await this.#answer(input, options, signal, (piece) => { text += piece; });
      return text;
    });
  }

  promptStreaming(input, options = NOTHING) {
    const left = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
    return new ReadableStream({
      start: (controller) => {
        this.#inTurn(signal, (ends) => this.#answer(input, options, ends, (piece) => controller.enqueue(piece)))
            .then(() => controller.close(), (error) => left.signal.aborted || controller.error(error));
      },
      cancel: (reason) => left.abort(reason),
    });
  }

  async append(input, { signal } = NOTHING) {
    return this.#inTurn(signal, () => this.#session.append(messagesOf(input)));
  }

  /** Tokens of what would be said, without those that the chat template puts around it. */
  async measureContextUsage(input, { signal } = NOTHING) {
    return this.#inTurn(signal, async () => {
      const counts = messagesOf(input).map(async ({ content }) => (await this.#chord.tokenize(content, { addSpecial: false })).length);
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    });
  }

  async measureInputUsage(input, options) {
    return this.measureContextUsage(input, options);
  }

  async clone({ signal } = NOTHING) {
    const Session = /** @type {typeof PromptSession} */ (this.constructor);
    return this.#inTurn(signal, async () => new Session(this.#chord, await this.#session.clone(), this.#options));
  }

  destroy() {
    if (!this.#ended.signal.aborted) {
      this.#ended.abort(new DOMException('the session was destroyed', 'InvalidStateError'));
      this.#before.then(() => this.#session.dispose()).catch(() => {}); // a model that is gone has no sessions
    }
  }
}

/** The API's entry: see wasm-chord/prompt-api's types. */
export function promptApi(load) {
  let state = 'downloadable';
  let loading = null;
  const listeners = new Set();

  async function begin() {
    try {
      const chord = await load({ onProgress: (progress) => listeners.forEach((listener) => listener(progress)) });
      state = 'available';
      return chord;
    } catch (error) {
      state = 'downloadable';
      loading = null; // the next one tries again
      throw error;
    }
  }

  /** The one model of all sessions. */
  function model() {
    if (!loading) {
      state = 'downloading';
      loading = begin();
    }
    return loading;
  }

  /** The model, unless the caller gives up waiting for it; others may still want it. */
  async function waitFor(signal, monitor) {
    const target = new EventTarget();
    monitor?.(target);
    const tell = (part) => target.dispatchEvent(new ProgressEvent('downloadprogress', { lengthComputable: true, loaded: part, total: 1 }));
    const listener = ({ phase, loaded, total }) => phase === 'download' && total > 0 && tell(loaded / total);
    listeners.add(listener);
    let stop;
    const stopped = new Promise((_, reject) => { stop = () => reject(signal.reason); });
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const chord = await Promise.race([model(), stopped]);
      tell(1);
      return chord;
    } finally {
      listeners.delete(listener);
      signal?.removeEventListener('abort', stop);
    }
  }

  return class LanguageModel extends PromptSession {
    static async availability(options) {
      return onlyText(options) ? state : 'unavailable';
    }

    /** @param {CreateOptions} options */
    static async create(options = {}) {
      options.signal?.throwIfAborted();
      if (!onlyText(options)) {
        unsupported('inputs and outputs of other types');
      }
      const chord = await waitFor(options.signal, options.monitor);
      try {
        return await this.open(chord, options);
      } catch (error) {
        throw platform(error, options.signal);
      }
    }
  };
}
