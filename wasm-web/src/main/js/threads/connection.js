import { WasmChordError, cancelled } from '../errors.js';
import { Spawner } from './spawner.js';
import { notLoaded, startWorker } from './workers.js';

const LAST_MS = 500; // for a step that is being computed when the end comes

/** The engine's worker, those that it asks for, and the requests that wait for it. */
export class Connection {
  #worker;
  #spawner;
  #waiting = new Map();
  #next = 1;
  #closed = null;
  /** @type {(_?: unknown) => void} */
  #stopped = () => {};
  #ending = null;
  cancelWord = null; // set, it ends a wait for layers

  /** @param {?((name: string) => string)} assets see assets.js */
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

  /** @param {import('./messages.d.ts').FromEngine} message */
  #receive({ id, event, result, error, stopped }) {
    if (stopped) {
      this.#stopped();
    }
    const request = this.#waiting.get(id);
    if (!request) {
      return;
    }
    if (event?.ask !== undefined) {
      Promise.resolve(request.onQuestion?.(event.question) ?? 0).catch(() => 0)
          .then((answer) => this.#send({ type: 'answer', params: { ask: event.ask, answer } }, ArrayBuffer.isView(answer) ? [answer.buffer] : []));
      return;
    }
    if (event !== undefined) {
      request.onEvent?.(event);
      return;
    }
    this.#waiting.delete(id);
    request.detach();
    if (request.signal?.aborted && (!error || error.code === 'cancelled')) {
      request.reject(cancelled(request.signal.reason)); // a result and the abort may have crossed on their way
    } else if (error) {
      request.reject(new WasmChordError(error.code, error.message));
    } else {
      request.resolve(result);
    }
  }

  /**
   * @param {string} type
   * @param {object} params
   * @param {{onEvent?: Function, onQuestion?: Function, signal?: AbortSignal, patience?: number}} [on] patience is the milliseconds after an abort in which the worker may end in order; then it is ended, whatever it does
   */
  request(type, params, { onEvent, onQuestion, signal, patience } = {}) {
    if (this.#closed) {
      return Promise.reject(this.#closed);
    }
    if (signal?.aborted) {
      return Promise.reject(cancelled(signal.reason));
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      let timer;
      const abort = () => {
        this.#wake(); // first: whoever has the message may begin with what comes after it
        this.#send({ id, type: 'abort' });
        if (patience !== undefined) {
          timer = setTimeout(() => this.close(cancelled(signal.reason)), patience); // a stage of a load may be long, and takes no messages
        }
      };
      signal?.addEventListener('abort', abort);
      const detach = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      this.#waiting.set(id, { resolve, reject, onEvent, onQuestion, detach, signal });
      try {
        this.#send({ id, type, params });
      } catch (error) {
        this.#waiting.delete(id);
        detach();
        reject(new WasmChordError('invalid_request', `the request cannot be sent to the engine: ${error.message}`));
      }
    });
  }

  /**
   * @param {import('./messages.d.ts').ToEngine} message
   * @param {Transferable[]} [move]
   */
  #send(message, move = []) {
    this.#worker.postMessage(message, move);
  }

  /** Ends a wait for layers: the engine takes no messages meanwhile. What other requests wait for is not ended. */
  #wake() {
    if (this.cancelWord && (this.#closed || this.#waiting.size === 1)) {
      const { state, index } = this.cancelWord;
      Atomics.store(state, index, 1);
    }
  }

  /** Ends all workers; first, in order, the threads that compute, so that what they held is free at once. */
  end(reason) {
    this.#ending ??= (async () => {
      if (!this.#closed) {
        this.#refuse(reason);
        this.#wake();
        await new Promise((resolve) => {
          this.#stopped = resolve;
          setTimeout(resolve, LAST_MS);
          this.#send({ type: 'stop' });
        });
      }
      this.close(reason);
    })();
    return this.#ending;
  }

  /** Ends all workers, whatever they do. */
  close(reason) {
    this.#refuse(reason);
    this.#worker.terminate();
    this.#spawner.close();
  }

  /** What waits, and what comes, is refused. */
  #refuse(reason) {
    this.#closed ??= reason;
    for (const request of this.#waiting.values()) {
      request.detach();
      request.reject(reason);
    }
    this.#waiting.clear();
  }
}
