/** Fills a buffer of the GPU from pieces of any length, which may come in any order. The GPU takes whole words of four bytes. */
export class BufferWriter {
  #gpu;
  #buffer;
  #length;
  #parts = new Map(); // words of which not all bytes are there: {bytes, count}

  /**
   * @param {import('./device.js').Gpu} gpu
   * @param {number} buffer its number
   * @param {number} length bytes that come in all
   */
  constructor(gpu, buffer, length) {
    this.#gpu = gpu;
    this.#buffer = buffer;
    this.#length = length;
  }

  /** Takes the bytes from `at` on. */
  write(bytes, at) {
    const first = Math.min(bytes.length, (4 - (at % 4)) % 4);
    const whole = (bytes.length - first) >> 2 << 2;
    this.#edge(bytes.subarray(0, first), at);
    if (whole > 0) {
      this.#gpu.writeBytes(this.#buffer, at + first, bytes.subarray(first, first + whole));
    }
    this.#edge(bytes.subarray(first + whole), at + first + whole);
  }

  /** Bytes of one word. */
  #edge(bytes, at) {
    if (bytes.length === 0) {
      return;
    }
    const word = at - (at % 4);
    const part = this.#parts.get(word) ?? { bytes: new Uint8Array(4), count: 0 };
    part.bytes.set(bytes, at % 4);
    part.count += bytes.length;
    if (part.count === Math.min(4, this.#length - word)) {
      this.#gpu.writeBytes(this.#buffer, word, part.bytes);
      this.#parts.delete(word);
    } else {
      this.#parts.set(word, part);
    }
  }
}
