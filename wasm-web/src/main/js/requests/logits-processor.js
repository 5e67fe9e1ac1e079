import { refuse } from './options.js';

/** The tokens of an answer and of its prompt, as they come. */
class Ids {
  #ids = new Int32Array(256);
  #length = 0;

  /** All ids, after some more. */
  with(more) {
    while (this.#length + more.length > this.#ids.length) {
      const longer = new Int32Array(2 * this.#ids.length);
      longer.set(this.#ids);
      this.#ids = longer;
    }
    this.#ids.set(more, this.#length);
    this.#length += more.length;
    return this.#ids.slice(0, this.#length);
  }
}

/** Runs a caller's processor over the logits of a request's answers, as they come. */
export class LogitsProcessor {
  #process;
  /** @type {Map<number, Ids>} */
  #ids = new Map(); // by answer

  /** @param {(logits: Float32Array, ids: Int32Array) => unknown} process */
  constructor(process) {
    this.#process = process;
  }

  /**
   * @param {{answer: number, logits: Float32Array, tokens: number[]}} come `tokens` are those since the answer's last call
   * @returns {Promise<Float32Array>} the same array, to be sent back
   */
  async run({ answer, logits, tokens }) {
    const ids = this.#ids.get(answer) ?? new Ids();
    this.#ids.set(answer, ids);
    const { length } = logits;
    await this.#process(logits, ids.with(tokens));
    if (logits.length !== length) {
      refuse(`logitsProcessor is given an array of ${length} logits and left ${logits.length}; change them in place, and do not transfer the array`);
    }
    return logits;
  }
}
