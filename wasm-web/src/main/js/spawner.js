// In the words that bundlers look for.
const SCRIPTS = {
  kernels: () => new Worker(new URL('./kernel-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-kernels' }),
  layers: () => new Worker(new URL('./layer-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-layers' }),
  storage: () => new Worker(new URL('./store-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-storage' }),
  digest: () => new Worker(new URL('./digest-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-digest' }),
};

/**
 * Starts workers for a worker; messages go between these two alone, through a channel. A worker does not start its own: in Firefox (seen in 153) `new Worker` within a
 * worker now and then does not return, about once in a hundred times on a busy machine.
 */
export class Spawner {
  #asker;
  #spawned = new Map();

  /** @param {Worker} asker whose `SpawnedWorker`s these are */
  constructor(asker) {
    this.#asker = asker;
  }

  /** Takes a message of the asker; false when it is not about its workers. */
  take({ spawned: id, start, port }) {
    if (id === undefined) {
      return false;
    }
    if (start) {
      this.#start(id, start, port);
    } else {
      this.#spawned.get(id)?.terminate();
      this.#spawned.delete(id);
    }
    return true;
  }

  #start(id, kind, port) {
    const failed = (why) => this.#asker.postMessage({ spawned: id, failed: why ?? 'its script could not be loaded' });
    try {
      const worker = SCRIPTS[kind]();
      this.#spawned.set(id, worker);
      worker.postMessage({ port }, [port]);
      worker.onerror = (event) => {
        event.preventDefault(); // the asker says what it means
        failed(event.message);
      };
    } catch (error) {
      failed(error.message); // by the page's policy, for example
    }
  }

  /** Ends all of them. */
  close() {
    this.#spawned.forEach((worker) => worker.terminate());
    this.#spawned.clear();
  }
}
