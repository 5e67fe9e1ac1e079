import { moving } from './moving.js';

let last = 0;

/** A worker that the page started for this one (see Spawner), with a Worker's methods. Buffers that are members of a message move with it. */
export class SpawnedWorker {
  #id = last++;
  onmessage = null;
  onerror = null;

  /** @param {'kernels' | 'layers' | 'storage' | 'digest'} kind */
  constructor(kind) {
    self.addEventListener('message', this.#receive);
    self.postMessage({ spawned: this.#id, start: kind });
  }

  #receive = ({ data: { spawned, message, failed } }) => {
    if (spawned !== this.#id) {
      return;
    }
    if (failed === undefined) {
      this.onmessage?.({ data: message });
    } else {
      this.onerror?.({ message: failed });
    }
  };

  postMessage(message) {
    self.postMessage({ spawned: this.#id, message }, moving(message));
  }

  terminate() {
    self.removeEventListener('message', this.#receive);
    self.postMessage({ spawned: this.#id, stop: true });
  }
}
