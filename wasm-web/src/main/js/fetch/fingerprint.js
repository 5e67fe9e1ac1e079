import { Sha256 } from './sha256.js';
import { CHUNK } from '../storage/store.js';

/** The digests of some chunks of a file as they were when they came, the first and the last, by which it is known again where its server gives neither ETag nor Last-Modified. */
export class Fingerprint {
  #taken = new Map(); // where a chunk begins -> where it ends, and its digest
  #offsets = [];

  /** Says which are the first and the last chunk that will come. */
  between({ first, last }) {
    this.#offsets = [0, first * CHUNK, last * CHUNK];
  }

  /** Notes a chunk of the file, if it is one of them. */
  async take(at, bytes) {
    if (this.#offsets.includes(at)) {
      this.#taken.set(at, { to: at + bytes.length, hex: await digestOf(bytes) });
    }
  }

  /** Whether the file has the same chunks there now. */
  async matches(file, signal) {
    for (const [at, { to, hex }] of [...this.#taken].sort(([a], [b]) => a - b)) {
      const bytes = new Uint8Array(to - at);
      const end = await file.read(at, to, (read, offset) => bytes.set(read, offset - at), signal);
      if (end < to || await digestOf(bytes) !== hex) {
        return false;
      }
    }
    return true;
  }
}

/** The browser's own digest is faster, but is there on secure pages only, and takes no shared memory. */
async function digestOf(given) {
  const bytes = given.buffer instanceof ArrayBuffer ? given : given.slice();
  return crypto.subtle ? String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) : new Sha256().update(bytes).hex();
}
