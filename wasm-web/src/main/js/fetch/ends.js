import { Sha256 } from './sha256.js';
import { CHUNK } from '../storage/store.js';

/** The ends of a file as they were when they came, by which it is known again where its server gives neither ETag nor Last-Modified. */
export class Ends {
  #taken = new Map(); // where a piece begins -> where it ends, and its digest
  #places = [];

  /** Says which are the first and the last chunk that will come. */
  between({ first, last }) {
    this.#places = [0, first * CHUNK, last * CHUNK];
  }

  /** Notes a piece of the file, if it is at an end. */
  async take(at, bytes) {
    if (this.#places.includes(at)) {
      this.#taken.set(at, { to: at + bytes.length, hex: await digestOf(bytes) });
    }
  }

  /** Whether the file has the same ends now. */
  async still(file, signal) {
    for (const [at, { to, hex }] of [...this.#taken].sort(([a], [b]) => a - b)) {
      const bytes = new Uint8Array(to - at);
      const end = await file.read(at, to, (piece, place) => bytes.set(piece, place - at), signal);
      if (end < to || await digestOf(bytes) !== hex) {
        return false;
      }
    }
    return true;
  }
}

/** The browser's own digest is faster, but is there on secure pages only. */
async function digestOf(bytes) {
  return crypto.subtle ? String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) : new Sha256().update(bytes).hex();
}
