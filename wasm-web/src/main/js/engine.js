import { load } from './wasm-gc-module-runtime.js';
import { WasmChordError } from './errors.js';
import { KernelThreads } from './threads.js';

const INITIAL_PAGES = 64; // 4 MiB, as LinearAllocator.BASE
const MAX_PAGES = [65536, 32768, 16384]; // 4 GiB, or what the system reserves address space for
const MOST_THREADS = 8;

/** Threads that are of use here unless the caller names a number. */
export function defaultThreads() {
  return self.crossOriginIsolated ? Math.max(1, Math.min(navigator.hardwareConcurrency ?? 1, MOST_THREADS)) : 1;
}

/** The largest memory that can be had; shared, or not where the browser keeps that for isolated pages. */
function createMemory() {
  let reason = '';
  for (const shared of [true, false]) {
    for (const maximum of MAX_PAGES) {
      try {
        return { memory: new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared }), shared };
      } catch (error) {
        reason = error.message;
      }
    }
  }
  throw new WasmChordError('out_of_memory', `the browser reserves no memory for a model (${reason}); close other tabs, or use a 64-bit browser`);
}

/** The WebAssembly module, its linear memory, and the kernels that the module emits. */
export class Engine {
  #memory;
  #shared;
  #exports;
  #kernels = null;

  static async start() {
    const engine = new Engine();
    const { memory, shared } = createMemory();
    const grow = (pages) => {
      try {
        return memory.grow(pages);
      } catch {
        return -1;
      }
    };
    const module = shared ? './wasm-chord.wasm' : './wasm-chord-unshared.wasm';
    const instance = await load(new URL(module, import.meta.url).href, {
      memory: { external: memory, maxSize: INITIAL_PAGES << 16 },
      installImports(imports) {
        imports.chord = { grow, run: (control, list) => engine.#kernels.run(control, list) };
      },
    });
    engine.#memory = memory;
    engine.#shared = shared;
    engine.#exports = instance.exports;
    return engine;
  }

  /**
   * Emits, compiles and starts the fastest kernels that the browser has.
   *
   * @param {'auto'|'relaxed'|'simd128'|'none'} simd
   * @param {number} threads
   */
  async startKernels(simd, threads) {
    const choices = { auto: ['relaxed', 'simd128'], relaxed: ['relaxed'], simd128: ['simd128'], none: [] }[simd];
    for (const choice of choices) {
      const places = this.value('emitKernels', choice === 'relaxed', this.#shared, threads);
      const code = this.bytes(places.address, places.bytes).slice();
      if (WebAssembly.validate(code)) {
        this.#kernels = await KernelThreads.start(await WebAssembly.compile(code), this.#memory, places, threads);
        return;
      }
    }
    if (simd === 'relaxed' || simd === 'simd128') {
      throw new WasmChordError('unsupported_browser', `this browser has no ${simd === 'relaxed' ? 'relaxed SIMD (Chrome 114, Firefox 145 or later)' : 'WebAssembly SIMD (Chrome 91, Firefox 89, Safari 16.4 or later)'}; load the model with simd: 'auto'`);
    }
    this.call('dropKernels');
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
