import { WasmChordError } from '../errors.js';
import { letMessagesIn } from '../threads/let-messages-in.js';

const MOST = 1024; // requests that wait or are answered

/**
 * The requests of a loaded model. The engine begins with them in their order, as many as it has room for, and computes a step of all of them
 * at a time; between two steps messages come in.
 */
export class RequestQueue {
  #engine;
  /** @type {Map<number, {tell: (told: any) => void, resolve: (answer: any) => void, reject: (reason: Error) => void}>} */
  #requests = new Map();
  #next = 1;
  #running = false;

  /** @param {import('./engine.js').Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /**
   * The answer to a request.
   *
   * @param {string} json
   * @param {AbortSignal} signal ends the request, whether it was begun or not
   * @param {(told: any) => void} [tell] hears what comes before the answer
   */
  async answer(json, signal, tell = () => {}) {
    if (this.#requests.size >= MOST) {
      throw new WasmChordError('busy', `${MOST} requests wait for the model already; wait for an answer, or abort one`);
    }
    signal.throwIfAborted();
    const id = this.#next++;
    this.#engine.value('request', id, json);
    const answer = new Promise((resolve, reject) => this.#requests.set(id, { tell, resolve, reject }));
    const abort = () => {
      this.#engine.layers?.begin(); // the abort has ended a wait, or would end that of the next request
      this.#requests.get(id)?.reject(signal.reason);
    };
    signal.addEventListener('abort', abort);
    const end = () => {
      signal.removeEventListener('abort', abort);
      this.#requests.delete(id);
      this.#engine.value('end', id);
    };
    this.#run();
    return answer.finally(end);
  }

  /** Computes as long as there are requests. */
  async #run() {
    if (this.#running) {
      return;
    }
    this.#running = true;
    this.#engine.layers?.begin();
    await letMessagesIn();
    while (this.#requests.size > 0) {
      this.#step();
      await letMessagesIn();
    }
    this.#running = false;
  }

  #step() {
    try {
      for (const { id, error, answer, ...told } of this.#engine.value('step').requests) {
        const request = this.#requests.get(id);
        request?.tell(told);
        if (error) {
          this.#engine.layers?.begin();
          request?.reject(new WasmChordError(error.code, error.message));
        } else if (answer) {
          request?.resolve(answer);
        }
      }
    } catch (error) { // of the engine itself
      this.#requests.forEach(({ reject }) => reject(error));
    }
  }
}
