import { compileEngine, instantiate } from './engine-file.js';
import { WasmChordError } from '../errors.js';
import { Gpu } from '../gpu/device.js';
import { canSuspend, gpuImports, promising } from '../gpu/imports.js';
import { canShare } from '../threads/sharing.js';
import { KernelThreads } from './threads.js';

const INITIAL_PAGES = 64; // 4 MiB, as LinearAllocator.BASE
const MAX_PAGES = [65536, 32768, 16384]; // 4 GiB, or what the system reserves address space for
const SPARE_BYTES = 64 * 1024 * 1024; // of a memory, for what a plan does not foresee
const MOST_THREADS = 8;
const UNKNOWN_DEVICE_GIB = 4;
const GRANTED_SHARE = 0.6;
const ALL_LAYERS = 2 ** 31 - 1;

/** Threads that are of use here unless the caller names a number. */
export function defaultThreads() {
  return canShare() ? Math.max(1, Math.min(navigator.hardwareConcurrency ?? 1, MOST_THREADS)) : 1;
}

/** Bytes that the browser is thought to grant: it tells how large the machine is, if anything, but not what is left of it. */
export function grantedBytes() {
  return (navigator.deviceMemory ?? UNKNOWN_DEVICE_GIB) * 2 ** 30 * GRANTED_SHARE;
}

/** The largest memory that can be had; shared, or not where the browser keeps that for isolated pages. */
function createMemory(initial, kinds) {
  let reason = '';
  for (const shared of kinds) {
    for (const maximum of MAX_PAGES) {
      try {
        return { memory: new WebAssembly.Memory({ initial, maximum, shared }), shared, maximum };
      } catch (error) {
        reason = error.message;
      }
    }
  }
  throw new WasmChordError('out_of_memory', `the browser reserves no memory for a model (${reason}); close other tabs, or use a 64-bit browser`);
}

/** The value that the engine's text tells, or its error. */
function valueIn(json) {
  const { value, error } = JSON.parse(json);
  if (error) {
    throw new WasmChordError(error.code, error.message);
  }
  return value;
}

/** The WebAssembly module, its memories, and the kernels that the module emits. */
export class Engine {
  #memories;
  #words = [null]; // views of the further memories; growth makes them stale
  #maximum;
  #shared;
  #exports;
  #kernels = [];
  /** @type {import('../load/layers.js').LayerReader} */
  layers = null;
  /** @type {?Gpu} */
  gpu = null;
  /** Brings the weights of the GPU's buffers once more. */
  refill = async () => {};
  #asked = Promise.resolve(); // the last of what may wait for the GPU
  #perform = async () => {};

  /** @param {string} [url] of the WebAssembly file */
  static async start(url = new URL('../wasm-chord.wasm', import.meta.url).href) {
    const engine = new Engine();
    const { memory, shared, maximum } = createMemory(INITIAL_PAGES, [true, false]);
    const module = await compileEngine(url, shared);
    engine.#memories = [memory];
    engine.#maximum = maximum * 65536;
    engine.#shared = shared;
    engine.#exports = await instantiate(module, memory, INITIAL_PAGES << 16, engine.#imports());
    return engine;
  }

  /** What the engine's Java code calls; see Host.java. */
  #imports() {
    return {
      newBank: () => this.#newBank(),
      grow: (bank, pages) => {
        try {
          return this.#memories[bank].grow(pages);
        } catch {
          return -1;
        }
      },
      load: (bank, address) => this.#bank(bank)[address >>> 2],
      store: (bank, address, value) => { this.#bank(bank)[address >>> 2] = value; },
      clear: (bank, address, bytes) => { this.bytes(address >>> 0, bytes >>> 0, bank).fill(0); },
      run: (bank, control, list) => this.#kernels[bank].run(control, list),
      startLayer: (layer, slot) => this.layers.start(layer, slot),
      layerArrived: (slot) => (this.layers.arrived(slot) ? 1 : 0),
      awaitLayer: (slot) => this.layers.await(slot),
      localSeconds: () => Date.now() / 1000 - new Date().getTimezoneOffset() * 60,
      readNow: (offset, bytes, address) => this.layers.readNow(offset, bytes, address >>> 0),
      ...gpuImports(() => this.gpu),
    };
  }

  #newBank() {
    try {
      const { memory } = createMemory(1, [this.#shared]);
      this.#words.push(null);
      return this.#memories.push(memory) - 1;
    } catch {
      return -1;
    }
  }

  #bank(number) {
    const { buffer } = this.#memories[number];
    if (this.#words[number]?.buffer !== buffer) {
      this.#words[number] = new Int32Array(buffer);
    }
    return this.#words[number];
  }

  /** How a model whose header was parsed will lie in memory, by the options of a load. */
  plan({ contextLength, kvCache, checkpoints, checkpointSpacing, memoryBudget, adapterMemory = 0, bankBytes, layerPolicy, prefetch, threads, parallel, mtp, gpuLayers }) {
    const bank = Math.min(bankBytes ?? Infinity, this.#maximum - SPARE_BYTES);
    const budget = adapterMemory > 0 ? Math.max(1, (memoryBudget ?? grantedBytes()) - adapterMemory) : memoryBudget ?? 0;
    return this.value('plan', contextLength ?? 0, kvCache ?? 'f32', checkpoints ?? 4, checkpointSpacing ?? 256, grantedBytes(), budget, bank, layerPolicy ?? 'pinned', prefetch ?? 1, threads, parallel ?? 1, mtp ?? false, this.gpu ? gpuLayers ?? ALL_LAYERS : 0);
  }

  /**
   * Emits, compiles and starts the fastest kernels that the browser has, for each memory.
   *
   * @param {'auto'|'relaxed'|'simd128'|'none'} simd
   * @param {number} threads
   * @param {boolean} [profile] whether they note how long they take
   */
  async startKernels(simd, threads, profile = false) {
    const choices = { auto: ['relaxed', 'simd128'], relaxed: ['relaxed'], simd128: ['simd128'], none: [] }[simd];
    for (const choice of choices) {
      const { address, bytes, controls, ...places } = this.value('emitKernels', choice === 'relaxed', this.#shared, profile, threads);
      const code = this.bytes(address, bytes).slice();
      if (WebAssembly.validate(code)) {
        const module = await WebAssembly.compile(code);
        this.#kernels = await Promise.all(controls.map((control, bank) =>
            KernelThreads.start(module, this.#memories[bank], { ...places, control }, threads)));
        return;
      }
    }
    if (simd === 'relaxed' || simd === 'simd128') {
      throw new WasmChordError('unsupported_browser', `this browser has no ${simd === 'relaxed' ? 'relaxed SIMD (Chrome 114, Firefox 145 or later)' : 'WebAssembly SIMD (Chrome 91, Firefox 89, Safari 16.4 or later)'}; load the model with simd: 'auto'`);
    }
    this.call('dropKernels');
  }

  /**
   * Opens the GPU; why there is none, or null.
   *
   * @param {{bindingBytes?: number}} [options] see Gpu.open
   * @returns {Promise<?string>}
   */
  async openGpu(options) {
    if (!canSuspend()) {
      return 'this browser has no JavaScript promise integration for WebAssembly, by which the engine waits for the GPU';
    }
    const { gpu, reason } = await Gpu.open((address, length) => this.bytes(address, length), options);
    if (!gpu) {
      return reason;
    }
    this.gpu = gpu;
    this.#perform = promising(this.#exports.perform);
    return null;
  }

  /** Does without the GPU; nothing of a model lies there. */
  closeGpu() {
    this.gpu?.close();
    this.gpu = null;
  }

  /** Calls a function of the engine and returns its value, or throws its error. */
  value(name, ...args) {
    return valueIn(this.#exports[name](...args));
  }

  /**
   * The same of a function that computes: it may wait for the GPU, where there is one, and what is asked meanwhile waits for it. After the loss
   * of a GPU it goes on with another one.
   *
   * @param {string} name
   * @returns {any} the value, or a promise of it
   */
  ask(name, ...args) {
    if (!this.gpu) {
      return this.value(name, ...args);
    }
    const answer = this.#asked.then(async () => {
      if (this.gpu.lost) {
        await this.gpu.reopen();
        await this.refill();
        await this.#below('recover');
      }
      return this.#below(name, ...args);
    });
    this.#asked = answer.catch(() => {});
    return answer;
  }

  /** Calls a function below an export that may wait. */
  async #below(name, ...args) {
    this.#exports.defer();
    this.#exports[name](...args);
    await this.#perform();
    return valueIn(this.#exports.performed());
  }

  /** Calls a function that cannot fail. */
  call(name, ...args) {
    this.#exports[name](...args);
  }

  /** A view of a memory; growth makes it stale, so it is never kept. */
  bytes(address, length, bank = 0) {
    return new Uint8Array(this.#memories[bank].buffer, address, length);
  }

  /** The same for other threads too, which growth does not touch; null where memory cannot be shared. */
  sharedBytes(address, length, bank = 0) {
    return this.#shared && canShare() ? this.bytes(address, length, bank) : null;
  }

  /** The engine's own memory, for a worker that reads layers into it; null where it cannot be shared. */
  get sharedMemory() {
    return this.#shared && canShare() ? this.#memories[0] : null;
  }

  /** Bytes of all memories. */
  get size() {
    return this.#memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  }

  stop() {
    this.#kernels.forEach((threads) => threads.stop());
    this.layers?.stop();
    this.gpu?.close();
  }
}
