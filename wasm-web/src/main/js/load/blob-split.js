import { reads } from '../fetch/body.js';
import { WasmChordError } from '../errors.js';

/*
 * A split is one file of a model, which may be its only one. All splits have: name, size (null where unknown), head(length, signal), and load(end, sink, signal), which
 * calls sink.write(bytes, at) with the bytes before `end`, in chunks of any size and in any order; all that sink.needs(from, to), at least;
 * sink.moved(count) is told of bytes as they come.
 */

/** A split on the user's disk. */
export class BlobSplit {
  #blob;

  constructor(blob) {
    this.#blob = blob;
    this.name = blob.name ?? 'model.gguf';
    this.size = blob.size;
  }

  async open() {}

  async head(length) {
    return new Uint8Array(await this.#blob.slice(0, length).arrayBuffer());
  }

  async load(end, sink, signal) {
    const { reader, next } = reads(this.#blob.slice(0, end).stream());
    let at = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        const { done, value } = await next();
        if (done) {
          break;
        }
        sink.write(value, at);
        sink.moved(value.length);
        at += value.length;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw new WasmChordError('truncated', `${this.name} cannot be read beyond byte ${at} (${error.message}); was it changed or removed?`);
    } finally {
      reader.cancel().catch(() => {});
    }
    if (at < end) {
      throw new WasmChordError('truncated', `${this.name} ended at byte ${at} instead of ${end}; was it changed while it was read?`);
    }
  }

  /** What another worker reads layers from. */
  async reader() {
    return { blob: this.#blob };
  }

  async close() {}
}
