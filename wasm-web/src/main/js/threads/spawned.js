import { transferables } from './transferables.js';

let last = 0;

/**
 * @param {import('./messages.d.ts').SpawnRequest} message
 * @param {Transferable[]} [move]
 */
function toPage(message, move = []) {
  /** @type {any} */ (self).postMessage(message, move);
}

/**
 * A worker that the page started for this one (see Spawner), with a Worker's methods. Buffers that are members of a message move with it.
 *
 * @template {keyof import('./messages.d.ts').Spawned} K
 */
export class SpawnedWorker {
  #id = last++;
  #port;
  /** @type {?((event: {data: import('./messages.d.ts').Spawned[K]['from']}) => void)} */
  onmessage = null;
  /** @type {?((event: {message: string}) => void)} */
  onerror = null;

  /** @param {K} kind */
  constructor(kind) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.onmessage?.({ data });
    self.addEventListener('message', this.#fail);
    toPage({ spawned: this.#id, start: kind, port: port2 }, [port2]);
  }

  /** @param {{data: import('./messages.d.ts').SpawnFailed}} event */
  #fail = ({ data: { spawned, failed } }) => {
    if (spawned === this.#id) {
      this.onerror?.({ message: failed });
    }
  };

  /** @param {import('./messages.d.ts').Spawned[K]['to']} message */
  postMessage(message) {
    this.#port.postMessage(message, transferables(message));
  }

  terminate() {
    self.removeEventListener('message', this.#fail);
    this.#port.close();
    toPage({ spawned: this.#id, stop: true });
  }
}
