const WAIT_MS = 2000;

/**
 * Chunks that are written and do not count yet. Their digests take time for which a load that is under way has other uses. So a chunk waits: until it has waited
 * for a while, which is what a page loses of a long download that is closed in the middle, or until somebody wants the end.
 */
export class Backlog {
  #count;
  #chunks = []; // {chunk, since}
  #running = null;
  #ending = false;
  #failure = null;
  #wake = () => {};

  /** @param {(chunk: any) => Promise<void>} count */
  constructor(count) {
    this.#count = count;
  }

  /** Takes one more; throws what went wrong with an earlier one. */
  add(chunk) {
    if (this.#failure) {
      throw this.#failure;
    }
    this.#chunks.push({ chunk, since: performance.now() });
    this.#running ??= this.#run();
  }

  async #run() {
    for (let next; (next = this.#chunks[0]);) {
      const left = next.since + WAIT_MS - performance.now();
      if (left > 0 && !this.#ending) {
        await this.#pause(left);
        continue;
      }
      this.#chunks.shift();
      try {
        await this.#count(next.chunk);
      } catch (error) {
        this.#failure ??= error;
        this.#chunks = [];
      }
    }
    this.#running = null;
  }

  /** @returns {Promise<void>} */
  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Counts what waits, at once; rejects with what went wrong. */
  async end() {
    this.#ending = true;
    this.#wake();
    await this.#running;
    this.#ending = false;
    if (this.#failure) {
      throw this.#failure;
    }
  }
}
