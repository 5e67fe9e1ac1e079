import { load } from './wasm-gc-module-runtime.js';
import { WasmChordError } from './errors.js';

const INITIAL_PAGES = 16; // LinearAllocator.BASE
const MAX_PAGES = 32768;

/** The WebAssembly module and its linear memory. */
export class Engine {
  #memory;
  #exports;

  static async start() {
    const engine = new Engine();
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES });
    const grow = (pages) => {
      try {
        return memory.grow(pages);
      } catch {
        return -1;
      }
    };
    const instance = await load(new URL('./wasm-chord.wasm', import.meta.url).href, {
      memory: { external: memory, maxSize: 0x7fffffff },
      installImports(imports) {
        imports.chord = { grow };
      },
    });
    engine.#memory = memory;
    engine.#exports = instance.exports;
    return engine;
  }

  /** Calls a function of the engine and returns its value, or throws its error. */
  value(name, ...args) {
    const { value, error } = JSON.parse(this.#exports[name](...args));
    if (error) {
      throw new WasmChordError(error.code, error.message);
    }
    return value;
  }

  /** Calls a function that cannot fail. */
  call(name, ...args) {
    this.#exports[name](...args);
  }

  /** A view of linear memory; growth makes it stale, so it is never kept. */
  bytes(address, length) {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  /** Writes the part of a piece of the file that lies in the data section. */
  write(address, dataOffset, dataBytes, piece, at) {
    const from = Math.max(at, dataOffset);
    const to = Math.min(at + piece.length, dataOffset + dataBytes);
    if (from < to) {
      this.bytes(address + from - dataOffset, to - from).set(piece.subarray(from - at, to - at));
    }
  }

  /** Bytes of linear memory. */
  get size() {
    return this.#memory.buffer.byteLength;
  }
}
