import { CHUNK } from '../storage/store.js';

const LEAST_REQUESTS = 3;
const JUDGE_MS = 1500;

/** The chunks of a file, handed out in order: those in storage one by one, others in runs. */
export class ChunkRuns {
  #next = 0;

  constructor(end, { run, stored, needed }) {
    this.end = end;
    this.count = Math.ceil(end / CHUNK);
    this.run = run;
    this.stored = stored;
    this.needed = needed;
  }

  #wants(index) {
    return this.needed(index * CHUNK, Math.min(this.end, (index + 1) * CHUNK));
  }

  /** The first and the last chunk that are wanted. */
  get wanted() {
    const wanted = Array.from({ length: this.count }, (_, index) => index).filter((index) => this.#wants(index));
    return { first: wanted.at(0) ?? 0, last: wanted.at(-1) ?? 0 };
  }

  take() {
    while (this.#next < this.count && !this.#wants(this.#next)) {
      this.#next++;
    }
    const first = this.#next;
    if (first >= this.count) {
      return null;
    }
    if (this.stored(first)) {
      this.#next++;
      return { stored: true, first, from: first * CHUNK, to: Math.min(this.end, (first + 1) * CHUNK) };
    }
    const most = Math.max(1, Math.min(this.run, Math.ceil((this.count - first) / (2 * LEAST_REQUESTS)))); // so that requests end together
    while (this.#next < this.count && this.#next - first < most && !this.stored(this.#next) && this.#wants(this.#next)) {
      this.#next++;
    }
    return { stored: false, first, from: first * CHUNK, to: Math.min(this.end, this.#next * CHUNK) };
  }
}

/** Has requests run in parallel until there is no more to do; adds one as long as that makes the whole faster. After a failure all have ended. */
export async function inParallel(request, most, stop) {
  let moved = 0;
  let rate = 0;
  let adding = true;
  let failure = null;
  const running = new Set();
  const start = () => {
    const one = request((bytes) => { moved += bytes; }).catch((error) => {
      failure ??= error;
      stop();
    }).finally(() => running.delete(one));
    running.add(one);
  };
  for (let i = 0; i < Math.min(LEAST_REQUESTS, most); i++) {
    start();
  }
  const timer = setInterval(() => {
    const now = moved / JUDGE_MS;
    moved = 0;
    adding &&= rate === 0 || now > 1.1 * rate;
    if (adding && running.size > 0 && running.size < most) {
      rate = now;
      start();
    }
  }, JUDGE_MS);
  while (running.size > 0) {
    await Promise.race(running);
  }
  clearInterval(timer);
  if (failure) {
    throw failure;
  }
}
