import { SpawnedWorker } from '../threads/spawned.js';

const AHEAD = 16; // chunks that may wait for their turn

/** The SHA-256 of a file whose chunks come in any order, computed in a thread of its own. */
export class Digest {
  #worker = new SpawnedWorker('digest');
  #held = new Map(); // chunk -> its bytes
  #next = 0;
  #underWay = 0;
  #waiting = [];
  #hex;

  constructor() {
    this.#hex = new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => {
        if (data.hex) {
          resolve(data.hex);
        } else {
          this.#underWay--;
          this.#waiting.splice(0).forEach((wake) => wake());
        }
      };
      this.#worker.onerror = (event) => reject(new Error(`the thread that checks the digest failed: ${event.message}`));
    });
    this.#hex.catch(() => {});
  }

  /** Takes chunk `index`: a copy, or a place in shared memory, which stays as it is until the digest is there. Waits while too many copies are under way. */
  async put(index, bytes) {
    if (index < this.#next || this.#held.has(index)) {
      return; // it was taken before
    }
    const shared = !(bytes.buffer instanceof ArrayBuffer);
    this.#held.set(index, shared ? bytes : bytes.slice());
    for (let chunk; (chunk = this.#held.get(this.#next)); this.#next++) {
      this.#held.delete(this.#next);
      this.#underWay++;
      this.#worker.postMessage({ chunk });
    }
    while (!shared && this.#underWay > AHEAD) {
      await new Promise((resolve) => { this.#waiting.push(resolve); });
    }
  }

  /** The digest of all chunks. */
  async hex() {
    this.#worker.postMessage({ end: true });
    return this.#hex;
  }

  stop() {
    this.#worker.terminate();
  }
}
