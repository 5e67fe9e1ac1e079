import { cancelled } from '../errors.js';
import { toolCall } from './tools.js';

/** Text as it arrives, for one reader: a string, `{ reasoning }` with text that comes before the answer, or `{ calls }` of tools. */
export class Pieces {
  #pieces = [];
  #wake = () => {};
  #over = false;
  #cut = false;
  #reason;
  #error = null;
  result = null;

  push(text) {
    if (!this.#cut) {
      this.#pieces.push(text);
      this.#wake();
    }
  }

  /** Drops what was not read yet, and what is still on its way; the reader is told, also where the answer had ended. */
  cut(reason) {
    this.#cut = true;
    this.#reason = reason;
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
      if (this.#over && this.#cut) {
        throw cancelled(this.#reason);
      }
      if (this.#over) {
        return;
      }
      await new Promise((resolve) => { this.#wake = resolve; });
    }
  }
}

/** OpenAI's shape of chat completions. */
export class ChatShape {
  #calls = 0;

  constructor(info) {
    this.created = Math.floor(Date.now() / 1000);
    this.model = info.name;
  }

  #chunk(delta, finish_reason, rest) {
    return { id: this.id, object: 'chat.completion.chunk', created: this.created, model: this.model, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...rest };
  }

  begin() {
    return this.#chunk({ role: 'assistant' }, null);
  }

  piece(piece) {
    return this.#chunk(this.#delta(piece), null);
  }

  #delta(piece) {
    if (typeof piece === 'string') {
      return { content: piece };
    }
    return piece.calls
      ? { tool_calls: piece.calls.map((call) => ({ index: this.#calls++, ...toolCall(call) })) }
      : { reasoning_content: piece.reasoning };
  }

  #reason(reason) {
    return reason === 'stop' && this.#calls > 0 ? 'tool_calls' : reason;
  }

  last({ finish_reason, usage, timings }) {
    return this.#chunk({}, this.#reason(finish_reason), { usage, timings });
  }

  /** All pieces of an answer at once. */
  whole(pieces, { finish_reason, usage, timings }) {
    const text = pieces.filter((piece) => typeof piece === 'string').join('');
    const reasoning = pieces.map((piece) => piece.reasoning ?? '').join('');
    const calls = pieces.flatMap((piece) => piece.calls ?? []).map(toolCall);
    this.#calls = calls.length;
    const message = {
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      refusal: null,
      ...(reasoning ? { reasoning_content: reasoning } : {}),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    return { id: this.id, object: 'chat.completion', created: this.created, model: this.model, choices: [{ index: 0, message, logprobs: null, finish_reason: this.#reason(finish_reason) }], usage, timings };
  }
}

/** OpenAI's shape of text completions. */
export class TextShape {
  constructor(info) {
    this.created = Math.floor(Date.now() / 1000);
    this.model = info.name;
  }

  #chunk(text, finish_reason, rest) {
    return { id: this.id, object: 'text_completion', created: this.created, model: this.model, choices: [{ index: 0, text, logprobs: null, finish_reason }], ...rest };
  }

  piece(text) {
    return this.#chunk(text, null);
  }

  last({ finish_reason, usage, timings }) {
    return this.#chunk('', finish_reason, { usage, timings });
  }

  whole(pieces, { finish_reason, usage, timings }) {
    return this.#chunk(pieces.join(''), finish_reason, { usage, timings });
  }
}
