/*
 * The engine in Node.js: its threads are those of worker_threads, and a model may be named by its path.
 */
import { pathToFileURL } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { provide } from './threads/host.js';

export { WasmChord, WasmChordError } from './wasm-chord.js';

const ADDRESS = /^(https?|data|blob|file):/i;

/** A thread with what this module uses of a browser's Worker. */
class NodeWorker {
  #thread;
  onmessage = (_) => {};
  onerror = (_) => {};

  constructor(script) {
    this.#thread = new Thread(new URL('./node-worker.js', import.meta.url), { workerData: script.href });
    this.#thread.on('message', (data) => this.onmessage({ data }));
    this.#thread.on('error', (error) => this.onerror({ message: error?.message ?? String(error), preventDefault() {} }));
  }

  postMessage(message, move) {
    this.#thread.postMessage(message, move);
  }

  terminate() {
    this.#thread.terminate();
  }
}

/** A source that is a path as the address of its file. */
async function opened(source) {
  if (typeof source !== 'string' || source.trim() === '' || ADDRESS.test(source)) {
    return source;
  }
  return pathToFileURL(source).href;
}

provide({ startWorker: (script) => /** @type {any} */ (new NodeWorker(new URL(script, import.meta.url))), opened });
