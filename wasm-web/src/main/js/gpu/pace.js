const MOST_MS = 50; // of a submission
const UNKNOWN = 64; // dispatches of one, before a list of its kind was timed
const WEIGHT = 0.5; // of what was measured last

/**
 * How much is submitted at once, so that a page stays responsive and a driver does not take a slow GPU for a stuck one. A list is of a kind by the kernels
 * that it has: those of a prompt take other times than those of a token.
 */
export class Pace {
  #kinds = new Map(); // milliseconds of a workgroup
  #most;
  #list = { kind: '', groups: 0, started: 0 };

  /** @param {number} [most] milliseconds of a submission */
  constructor(most = MOST_MS) {
    this.#most = most;
  }

  /** A list is submitted: the kernels that it has, and workgroups of all. */
  begin(kernels, groups) {
    this.#list = { kind: [...new Set(kernels)].join(), groups, started: performance.now() };
  }

  /** Whether enough is recorded for a submission. */
  full(dispatches, groups) {
    const each = this.#kinds.get(this.#list.kind);
    return each === undefined ? this.#most < Infinity && dispatches >= UNKNOWN : groups * each >= this.#most;
  }

  /** All that was submitted is done. */
  done() {
    const { kind, groups, started } = this.#list;
    if (groups > 0) {
      const each = (performance.now() - started) / groups;
      const known = this.#kinds.get(kind) ?? each;
      this.#kinds.set(kind, known + WEIGHT * (each - known));
      this.#list = { kind, groups: 0, started };
    }
  }
}
