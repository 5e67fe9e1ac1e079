import { BufferWriter } from '../gpu/buffer-writer.js';

const WORD = 4;

/** Where the bytes of a model go: ranges of its files, taken one after the other, and the memories that hold them. */
export class Placement {
  #engine;
  #segments;
  #buffers = new Map(); // of the GPU, by number

  /**
   * @param {import('../engine/engine.js').Engine} engine
   * @param {Array<{from: number, to: number, bank: number, address: number, buffer: number}>} segments of which some lie in buffers of the GPU
   */
  constructor(engine, segments) {
    this.#engine = engine;
    this.#segments = segments;
  }

  /** Writes what is wanted of some bytes of the files. */
  write(bytes, at) {
    for (const { from, to, bank, address, buffer } of this.#segments) {
      const start = Math.max(at, from);
      const end = Math.min(at + bytes.length, to);
      if (start < end && buffer) {
        this.#onGpu(buffer, to - from).write(bytes.subarray(start - at, end - at), start - from);
      } else if (start < end) {
        this.#engine.bytes(address + start - from, end - start, bank).set(bytes.subarray(start - at, end - at));
      }
    }
  }

  #onGpu(buffer, length) {
    if (!this.#buffers.has(buffer)) {
      this.#buffers.set(buffer, new BufferWriter(this.#engine.gpu, buffer, length));
    }
    return this.#buffers.get(buffer);
  }

  /** The place of a range: a view of shared memory, or null where not all of it belongs in one place that other threads can read by words. */
  place(start, end) {
    const segment = this.#segments.find(({ from, to, buffer }) => !buffer && from <= start && end <= to);
    const address = segment && segment.address + start - segment.from;
    return segment && address % WORD === 0 ? this.#engine.sharedBytes(address, end - start, segment.bank) : null;
  }

  /** Whether anything of a range is wanted. */
  needs(start, end) {
    return this.#segments.some(({ from, to }) => from < end && start < to);
  }

  /** The same for one of the files, which begins at `base`. */
  split(base) {
    return {
      write: (bytes, at) => this.write(bytes, base + at),
      place: (from, to) => this.place(base + from, base + to),
      needs: (from, to) => this.needs(base + from, base + to),
    };
  }
}
