import { cancelled } from '../errors.js';

/** Chunks of an answer as they arrive, for one reader. */
export class Chunks {
  #chunks = [];
  #wake = () => {};
  #over = false;
  #cut = false;
  #reason;
  #error = null;
  result = null;

  push(chunk) {
    if (!this.#cut) {
      this.#chunks.push(chunk);
      this.#wake();
    }
  }

  /** Drops what was not read yet, and what is still on its way; the reader is told, also where the answer had ended. */
  cut(reason) {
    this.#cut = true;
    this.#reason = reason;
    this.#chunks.length = 0;
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
      while (this.#chunks.length > 0) {
        yield this.#chunks.shift();
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
