import { WasmChordError } from './errors.js';
import { Spawner } from './spawner.js';
import { notLoaded, startWorker } from './workers.js';

function cancelled() {
  return new WasmChordError('cancelled', 'stopped at the caller\'s request');
}

/** The engine's worker, those that it asks for, and the requests that wait for it. */
export class Connection {
  #worker;
  #spawner;
  #waiting = new Map();
  #next = 1;
  #closed = null;
  cancelWord = null; // set, it ends a wait for layers

  /** @param {?(name: string) => string} assets see assets.js */
  constructor(assets = null) {
    this.#worker = startWorker('engine', assets);
    this.#spawner = new Spawner(this.#worker, assets);
    this.#worker.onmessage = ({ data }) => this.#spawner.take(data) || this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.close(event.message
          ? new WasmChordError('internal', `the engine's worker failed: ${event.message}; reload the page`)
          : new WasmChordError('engine_unavailable', notLoaded('engine', assets)));
    };
  }

  #receive({ id, event, result, error }) {
    const request = this.#waiting.get(id);
    if (!request) {
      return;
    }
    if (event?.ask !== undefined) {
      Promise.resolve(request.onQuestion?.(event.question) ?? 0).catch(() => 0)
          .then((freed) => this.#worker.postMessage({ type: 'answer', params: { ask: event.ask, freed } }));
      return;
    }
    if (event !== undefined) {
      request.onEvent?.(event);
      return;
    }
    this.#waiting.delete(id);
    request.detach();
    if (error) {
      request.reject(new WasmChordError(error.code, error.message));
    } else if (request.signal?.aborted) {
      request.reject(cancelled()); // the result and the abort crossed on their way
    } else {
      request.resolve(result);
    }
  }

  request(type, params, { onEvent, onQuestion, signal } = {}) {
    if (this.#closed) {
      return Promise.reject(this.#closed);
    }
    if (signal?.aborted) {
      return Promise.reject(cancelled());
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#worker.postMessage({ id, type: 'abort' });
        if (this.cancelWord) {
          const { state, index } = this.cancelWord;
          Atomics.store(state, index, 1); // the engine may be waiting, and then takes no messages
        }
      };
      signal?.addEventListener('abort', abort);
      const detach = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(id, { resolve, reject, onEvent, onQuestion, detach, signal });
      try {
        this.#worker.postMessage({ id, type, params });
      } catch (error) {
        this.#waiting.delete(id);
        detach();
        reject(new WasmChordError('invalid_request', `the request cannot be sent to the engine: ${error.message}`));
      }
    });
  }

  close(reason) {
    this.#closed ??= reason;
    this.#worker.terminate();
    this.#spawner.close();
    for (const request of this.#waiting.values()) {
      request.detach();
      request.reject(reason);
    }
    this.#waiting.clear();
  }
}
