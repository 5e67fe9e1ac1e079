import { WasmChordError } from '../errors.js';
import { letMessagesIn } from '../threads/let-messages-in.js';

const MOST = 1024; // requests that wait or are answered

/**
 * The requests of a loaded model. The engine begins with them in their order, as many as it has room for, and computes a step of all of them
 * at a time; between two steps messages come in.
 */
export class RequestQueue {
  #engine;
  /** @type {Map<number, {tell: (told: any) => void, process: (logits: any) => Promise<Float32Array>, resolve: (answer: any) => void, reject: (reason: Error) => void}>} */
  #requests = new Map();
  #next = 1;
  #running = false;
  /** @type {(_?: unknown) => void} */
  #wake = () => {}; // where all that there is to do waits for the page

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
   * @param {(come: {answer: number, logits: Float32Array, tokens: number[]}) => Promise<Float32Array>} [process] changes logits
   * @param {(id: number) => any} [take] has the engine take the request, by this number
   */
  async answer(json, signal, tell = () => {}, process = async ({ logits }) => logits, take = (id) => this.#engine.ask('request', id, json)) {
    if (this.#requests.size >= MOST) {
      throw new WasmChordError('busy', `${MOST} requests wait for the model already; wait for an answer, or abort one`);
    }
    signal.throwIfAborted();
    const id = this.#next++;
    await take(id);
    const answer = new Promise((resolve, reject) => this.#requests.set(id, { tell, process, resolve, reject }));
    const abort = () => {
      this.#engine.layers?.begin(); // the abort has ended a wait, or would end that of the next request
      this.#requests.get(id)?.reject(signal.reason);
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) {
      abort(); // while the engine took the request
    }
    const end = async () => {
      signal.removeEventListener('abort', abort);
      this.#requests.delete(id);
      await this.#engine.ask('end', id);
      this.#wake();
    };
    this.#wake();
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
      if (await this.#step()) {
        await new Promise((resolve) => { this.#wake = resolve; });
      }
      await letMessagesIn();
    }
    this.#running = false;
  }

  /** Whether all that there is to do waits for the page. */
  async #step() {
    try {
      const { requests, waits } = await this.#engine.ask('step');
      for (const { id, error, answer, logits, ...told } of requests) {
        const request = this.#requests.get(id);
        request?.tell(told);
        logits?.forEach((one) => this.#process(id, one));
        if (error) {
          this.#engine.layers?.begin();
          request?.reject(new WasmChordError(error.code, error.message));
        } else if (answer) {
          request?.resolve(answer);
        }
      }
      return waits;
    } catch (error) { // of the engine itself
      this.#requests.forEach(({ reject }) => reject(error));
      return false;
    }
  }

  /** Has the page's own processor change the logits of an answer, which waits for them. */
  async #process(id, { answer, address, count, tokens }) {
    const logits = new Float32Array(this.#engine.bytes(address, 4 * count).slice().buffer);
    const changed = await this.#requests.get(id).process({ answer, logits, tokens });
    if (this.#requests.has(id)) { // else it has ended meanwhile, and its memory with it
      this.#engine.bytes(address, 4 * count).set(new Uint8Array(changed.buffer));
      await this.#engine.ask('processed', id, answer);
      this.#wake();
    }
  }
}
