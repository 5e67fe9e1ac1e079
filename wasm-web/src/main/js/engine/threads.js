import { WasmChordError } from '../errors.js';
import { kernelsOf } from '../threads/kernels.js';
import { SpawnedWorker } from '../threads/spawned.js';

const STARTUP_MS = 20_000;

/** The emitted kernels: an instance for the calling worker, and one in each further thread. */
export class KernelThreads {
  #exports;
  #workers;
  #letGo;

  /**
   * @param {any} exports
   * @param {Array<SpawnedWorker<'kernels'>>} workers
   * @param {() => void} letGo lets the workers leave the kernels
   */
  constructor(exports, workers, letGo) {
    this.#exports = exports;
    this.#workers = workers;
    this.#letGo = letGo;
  }

  /**
   * @param {WebAssembly.Module} module
   * @param {WebAssembly.Memory} memory shared, when there is more than one thread
   * @param {import('../threads/messages.d.ts').ControlPlaces} places
   * @param {number} threads the caller's included
   */
  static async start(module, memory, places, threads) {
    const exports = await kernelsOf(module, memory);
    const workers = [];
    try {
      const ready = [];
      for (let thread = 1; thread < threads; thread++) {
        const worker = new SpawnedWorker('kernels');
        workers.push(worker);
        ready.push(started(worker));
        worker.postMessage({ module, memory, places, thread });
      }
      await Promise.all(ready);
    } catch (error) {
      workers.forEach((worker) => worker.terminate());
      throw error;
    }
    return new KernelThreads(exports, workers, () => leave(memory, places));
  }

  /** Runs a list of commands on all threads; 0, or another number when a thread was lost. */
  run(control, list) {
    return this.#exports.run(control, list);
  }

  /** Ends the threads. A worker that sleeps in WebAssembly would be ended by the browser only after a while: two seconds in Chromium. */
  stop() {
    if (this.#workers.length > 0) {
      this.#letGo();
    }
    this.#workers.forEach((worker) => worker.terminate());
  }
}

/** No list, which ends the workers that wait for one. */
function leave(memory, { control, epoch, list }) {
  const words = new Int32Array(memory.buffer);
  Atomics.store(words, (control + list) >>> 2, 0);
  Atomics.add(words, (control + epoch) >>> 2, 1);
  Atomics.notify(words, (control + epoch) >>> 2);
}

/**
 * @param {SpawnedWorker<'kernels'>} worker
 * @returns {Promise<void>}
 */
function started(worker) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new WasmChordError('worker_lost', `a worker thread of the engine did not start: ${why}; load the model with threads: 1, or reload the page`));
    const timer = setTimeout(() => fail(`no answer within ${STARTUP_MS / 1000} seconds`), STARTUP_MS);
    worker.onmessage = () => {
      clearTimeout(timer);
      resolve();
    };
    worker.onerror = ({ message }) => {
      clearTimeout(timer);
      fail(message);
    };
  });
}
