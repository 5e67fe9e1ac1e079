/** Text as it arrives, for one reader: a string, or `{ reasoning }` with text that comes before the answer. */
export class Pieces {
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
export class ChatShape {
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

  piece(text) {
    return this.#chunk(typeof text === 'string' ? { content: text } : { reasoning_content: text.reasoning }, null);
  }

  last({ finish_reason, usage, timings }) {
    return this.#chunk({}, finish_reason, { usage, timings });
  }

  whole(content, { finish_reason, usage, timings }, reasoning) {
    const message = { role: 'assistant', content, ...(reasoning ? { reasoning_content: reasoning } : {}) };
    return { id: this.id, object: 'chat.completion', created: this.created, model: this.model, choices: [{ index: 0, message, finish_reason }], usage, timings };
  }
}

/** OpenAI's shape of text completions. */
export class TextShape {
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
