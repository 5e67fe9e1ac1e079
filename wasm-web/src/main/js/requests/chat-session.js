import { WasmChordError } from '../errors.js';
import { callback, isObject, kind, refuse, shown, whole } from './options.js';

const POLICIES = ['error', 'slide'];
const INSTRUCTIONS = ['system', 'developer'];

const overflow = (option, value) => (typeof value === 'function' ? callback(option, value)
  : kind("'error', 'slide' or a function", (one) => POLICIES.includes(one))(option, value));

/** What a session itself takes; all else are defaults of its answers. */
const OWN = { messages: (_, value) => messagesOf(value), contextLength: whole(1, 2 ** 26), overflow };

/** One message or several, or the text of a user's. */
function messagesOf(given) {
  if (typeof given === 'string') {
    return [{ role: 'user', content: given }];
  }
  const list = Array.isArray(given) ? given : [given];
  const wrong = list.find((one) => !isObject(one) || typeof one.role !== 'string');
  if (wrong !== undefined) {
    refuse(`messages are a text, or objects with role and content, not ${shown(wrong)}`);
  }
  return structuredClone(list);
}

/** The options of a new session: its own, and the defaults of its answers. */
export function sessionOptions(options = {}) {
  if (!isObject(options)) {
    refuse(`createSession takes an object of options, not ${shown(options)}`);
  }
  const own = { messages: [], contextLength: 0, overflow: 'error' };
  const defaults = {};
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (Object.hasOwn(OWN, option)) {
      own[option] = OWN[option](option, value);
    } else if (['signal', 'onProgress', 'stream'].includes(option)) {
      refuse(`${option} is an option of prompt, not of createSession`);
    } else {
      defaults[option] = value;
    }
  }
  return { ...own, defaults };
}

/** What a saved session says beside its cache. */
export function notesOf(text) {
  try {
    const { messages, overflow: policy, defaults } = JSON.parse(text);
    return { messages: messagesOf(messages), overflow: POLICIES.includes(policy) ? policy : 'error', defaults: isObject(defaults) ? defaults : {} };
  } catch {
    return { messages: [], overflow: 'error', defaults: {} }; // saved by a program that keeps no messages
  }
}

/** A saved session, from what holds its bytes. */
export function blobOf(saved) {
  if (saved instanceof Blob) {
    return saved;
  }
  return saved instanceof ArrayBuffer || ArrayBuffer.isView(saved) ? new Blob([/** @type {BlobPart} */ (saved)])
    : refuse(`a saved session is a Blob, a file or an array of bytes, not ${shown(saved)}`);
}

/** Without the oldest turn after the instructions; null where only the last one is left. */
function slid(messages) {
  const first = messages.findIndex(({ role }) => !INSTRUCTIONS.includes(role));
  const next = messages.findIndex(({ role }, i) => i > first && role === 'user');
  return first < 0 || next < 0 ? null : [...messages.slice(0, first), ...messages.slice(next)];
}

/** The message that the chunks of an answer spell. */
class Spelled {
  #content = '';
  #reasoning = '';
  #calls = [];

  add(delta) {
    this.#content += delta.content ?? '';
    this.#reasoning += delta.reasoning_content ?? '';
    for (const { index, ...call } of delta.tool_calls ?? []) {
      const known = this.#calls[index];
      if (known) {
        known.function.arguments += call.function?.arguments ?? '';
      } else {
        this.#calls[index] = structuredClone(call);
      }
    }
  }

  get message() {
    return {
      role: 'assistant',
      content: this.#content || this.#calls.length === 0 ? this.#content : null,
      ...(this.#reasoning && { reasoning_content: this.#reasoning }),
      ...(this.#calls.length > 0 && { tool_calls: this.#calls }),
    };
  }
}

/** A conversation with a cache of its own. */
export class ChatSession {
  #model;
  #number;
  #messages;
  #overflow;
  #defaults;
  #answering = false;
  #disposed = false;

  /**
   * @param {{create: (params: object, session: number) => Promise<any>, resume: (name: string, params: object, session: number) => Promise<{answer: any, messages: object[]}>, call: (name: string, params: object) => Promise<any>}} model
   * @param {number} number what the engine calls it
   */
  constructor(model, number, { messages, overflow: policy, defaults }) {
    this.#model = model;
    this.#number = number;
    this.#messages = messages;
    this.#overflow = policy;
    this.#defaults = defaults;
  }

  get messages() {
    return structuredClone(this.#messages);
  }

  /** Checks that it is there and does nothing else. */
  #free() {
    if (this.#disposed) {
      throw new WasmChordError('disposed', 'this session was disposed of; make a new one');
    }
    if (this.#answering) {
      throw new WasmChordError('busy', 'the session is still answering; wait for the answer or abort it');
    }
  }

  append(messages) {
    this.#free();
    this.#messages.push(...messagesOf(messages));
  }

  rewind(count) {
    this.#free();
    this.#messages.length = whole(0, this.#messages.length)('rewind', count);
  }

  async prompt(input, params = {}) {
    this.#free();
    if (!isObject(params)) {
      refuse(`prompt takes an object of options, not ${shown(params)}`);
    }
    if (params.messages !== undefined) {
      refuse('messages are the first argument of prompt, not an option');
    }
    const asked = [...this.#messages, ...messagesOf(input)];
    return this.#hear(() => this.#ask(asked, { ...this.#defaults, ...params }));
  }

  async resume(name, params) {
    this.#free();
    return this.#hear(() => this.#model.resume(name, params, this.#number));
  }

  /** Keeps an answer, and the messages that it is to, once it has ended. */
  async #hear(ask) {
    this.#answering = true;
    let left = false;
    try {
      const { answer, messages } = await ask();
      if (answer.choices) {
        this.#messages = [...messages, kept(answer.choices[0].message)];
        return answer;
      }
      left = true;
      return this.#stream(answer, messages);
    } finally {
      this.#answering = left;
    }
  }

  /** The answer, and the messages that it is to: fewer than were given where the context had no room for them. */
  async #ask(messages, params) {
    for (;;) {
      try {
        return { answer: await this.#model.create({ ...params, messages }, this.#number), messages };
      } catch (error) {
        const fewer = error.code === 'context_overflow' ? await this.#shorten(messages, error) : null;
        if (!fewer) {
          throw error;
        }
        messages = fewer;
      }
    }
  }

  async #shorten(messages, error) {
    if (this.#overflow === 'error') {
      return null;
    }
    if (this.#overflow === 'slide') {
      return slid(messages);
    }
    const given = await this.#overflow(structuredClone(messages), error);
    const fewer = given ? messagesOf(given) : null;
    return fewer && JSON.stringify(fewer).length < JSON.stringify(messages).length ? fewer : null; // or it would never end
  }

  async* #stream(chunks, messages) {
    const spelled = new Spelled();
    let ended = false;
    try {
      for await (const chunk of chunks) {
        spelled.add(chunk.choices[0]?.delta ?? {});
        ended ||= Boolean(chunk.choices[0]?.finish_reason);
        yield chunk;
      }
    } finally {
      if (ended) {
        this.#messages = [...messages, spelled.message];
      }
      this.#answering = false;
    }
  }

  async usage() {
    this.#free();
    return this.#model.call('describeSession', { session: this.#number });
  }

  async clone() {
    this.#free();
    const number = await this.#model.call('copySession', { session: this.#number });
    return new ChatSession(this.#model, number, { messages: this.messages, overflow: this.#overflow, defaults: this.#defaults });
  }

  /** @returns {Promise<Blob>} */
  async save() {
    this.#free();
    const policy = typeof this.#overflow === 'function' ? 'error' : this.#overflow;
    const notes = JSON.stringify({ messages: this.#messages, overflow: policy, defaults: this.#defaults });
    return this.#model.call('saveSession', { session: this.#number, notes });
  }

  async dispose() {
    if (!this.#disposed) {
      this.#disposed = true;
      await this.#model.call('closeSession', { session: this.#number });
    }
  }

  static {
    if (Symbol.asyncDispose) { // for `await using`, where there is such a thing
      Object.defineProperty(this.prototype, Symbol.asyncDispose, { value: this.prototype.dispose });
    }
  }
}

/** An answer's message as a conversation keeps it. */
function kept({ role, content, reasoning_content: reasoning, tool_calls: calls }) {
  return { role, content, ...(reasoning && { reasoning_content: reasoning }), ...(calls && { tool_calls: calls }) };
}
