import { notLoaded, startWorker } from './workers.js';

/**
 * Starts workers for a worker; messages go between these two alone, through a channel. A worker does not start its own: in Firefox (seen in
 * 153) `new Worker` within a worker now and then does not return, about once in a hundred times on a busy machine.
 */
export class Spawner {
  #asker;
  #assets;
  #spawned = new Map();

  /**
   * @param {{postMessage(message: import('./messages.d.ts').SpawnFailed): void}} asker whose `SpawnedWorker`s these are
   * @param {?((name: string) => string)} assets see assets.js
   */
  constructor(asker, assets = null) {
    this.#asker = asker;
    this.#assets = assets;
  }

  /**
   * Takes a message of the asker; false when it is not about its workers.
   *
   * @param {Partial<import('./messages.d.ts').SpawnRequest>} message
   */
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
    const failed = (why) => this.#asker.postMessage({ spawned: id, failed: why ?? notLoaded(kind, this.#assets) });
    try {
      const worker = startWorker(kind, this.#assets);
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
