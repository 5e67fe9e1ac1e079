import { refuse } from './options.js';

/**
 * Runs a caller's processor over logits as they come: `logits` is an array of its own, which goes back; `ids` are those of prompt and answer so far.
 */
export class LogitsProcessor {
  #process;
  #ids = new Int32Array(256);
  #length = 0;

  /** @param {(logits: Float32Array, ids: Int32Array) => unknown} process */
  constructor(process) {
    this.#process = process;
  }

  /**
   * @param {{logits: Float32Array, tokens: number[]}} come `tokens` are those since the last call
   * @returns {Promise<Float32Array>}
   */
  async run({ logits, tokens }) {
    while (this.#length + tokens.length > this.#ids.length) {
      const more = new Int32Array(2 * this.#ids.length);
      more.set(this.#ids);
      this.#ids = more;
    }
    this.#ids.set(tokens, this.#length);
    this.#length += tokens.length;
    const { length } = logits;
    await this.#process(logits, this.#ids.slice(0, this.#length));
    if (logits.length !== length) {
      refuse(`logitsProcessor is given an array of ${length} logits and left ${logits.length}; change them in place, and do not transfer the array`);
    }
    return logits;
  }
}
