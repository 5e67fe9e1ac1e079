import { moving } from './moving.js';

let last = 0;

/** A worker that the page started for this one (see Spawner), with a Worker's methods. Buffers that are members of a message move with it. */
export class SpawnedWorker {
  #id = last++;
  #port;
  onmessage = null;
  onerror = null;

  /** @param {'kernels' | 'layers' | 'storage' | 'digest'} kind */
  constructor(kind) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.onmessage?.({ data });
    self.addEventListener('message', this.#fail);
    self.postMessage({ spawned: this.#id, start: kind, port: port2 }, [port2]);
  }

  #fail = ({ data: { spawned, failed } }) => {
    if (spawned === this.#id) {
      this.onerror?.({ message: failed });
    }
  };

  postMessage(message) {
    this.#port.postMessage(message, moving(message));
  }

  terminate() {
    self.removeEventListener('message', this.#fail);
    this.#port.close();
    self.postMessage({ spawned: this.#id, stop: true });
  }
}
