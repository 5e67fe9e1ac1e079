const READ = 1024 * 1024; // bytes that one read may bring

/** The bytes of an answer, from `at` on. */
export class Body {
  #next;
  #reader;
  #rest = null;
  over = false;

  #promised;
  #ended = false;

  constructor(response, at, whole) {
    this.at = at;
    this.whole = whole;
    this.#promised = Number(response.headers.get('Content-Length') ?? NaN);
    ({ reader: this.#reader, next: this.#next } = reads(response.body));
  }

  async next() {
    if (this.#rest) {
      const rest = this.#rest;
      this.#rest = null;
      return rest;
    }
    const { done, value } = await this.#next();
    this.#ended ||= done;
    return done ? null : value;
  }

  back(bytes) {
    this.#rest = bytes.slice();
    this.at -= bytes.length;
  }

  /** Whether this was a whole file, came as it was promised, and is shorter than `size`. */
  shorter(size) {
    return this.whole && this.#ended && this.at === this.#promised && size !== null && this.at < size;
  }

  cancel() {
    this.over = true;
    this.#reader.cancel().catch(() => {});
  }
}

/** A reader of a stream that fills one buffer over and over, where the browser can do that: large chunks, and no garbage. */
export function reads(stream) {
  try {
    const reader = stream.getReader({ mode: 'byob' });
    let buffer = new ArrayBuffer(READ);
    const next = async () => {
      const chunk = await reader.read(new Uint8Array(buffer));
      buffer = chunk.value?.buffer;
      return chunk;
    };
    return { reader, next };
  } catch {
    const reader = stream.getReader();
    return { reader, next: () => reader.read() };
  }
}

/** One read that does not wait for ever. */
export async function stalled(next, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${ms / 1000} seconds`)), ms);
  });
  try {
    return await Promise.race([next(), late]);
  } finally {
    clearTimeout(timer);
  }
}
