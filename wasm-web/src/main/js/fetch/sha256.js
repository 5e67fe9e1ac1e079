import { INPUT, ROOM, sha256Module } from './sha256-code.js';

// SHA-256 (FIPS 180-4) of bytes that arrive chunk by chunk, which the browser's own digest cannot do.

const WORTH = 65536; // bytes from which on WebAssembly is worth its instance

const K = new Int32Array(64);
const START = new Int32Array(8);
(() => {
  // The first 32 bits of the fractions of the cube roots, and square roots, of the first primes.
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let n = 2, i = 0; i < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) {
      prime &&= n % d !== 0;
    }
    if (prime) {
      K[i] = fraction(Math.cbrt(n));
      if (i < 8) {
        START[i] = fraction(Math.sqrt(n));
      }
      i++;
    }
  }
})();

let compiled; // null where the host refuses it

/** WebAssembly's memory and function, or null. */
function instance() {
  try {
    compiled ??= compiled === undefined ? new WebAssembly.Module(sha256Module(K)) : null;
    return compiled && /** @type {{memory: WebAssembly.Memory, compress: (from: number, end: number) => void}} */ (/** @type {unknown} */ (new WebAssembly.Instance(compiled).exports));
  } catch {
    compiled = null; // by a page's policy, for example
    return null;
  }
}

export class Sha256 {
  #state = START.slice();
  /** @type {?((bytes: Uint8Array) => void)} */
  #blocks = null; // takes whole blocks
  #words = new Int32Array(64);
  #block = new Uint8Array(64);
  #view = new DataView(this.#block.buffer);
  #held = 0;
  #length = 0;

  /** Takes the next bytes. */
  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(64 - this.#held, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < 64) {
        return this;
      }
      this.#compress(this.#view, 0);
      this.#held = 0;
    }
    if (bytes.length >= WORTH) {
      this.#blocks ??= this.#emitted();
    }
    const whole = (bytes.length - at) & -64;
    (this.#blocks ?? this.#plain)(bytes.subarray(at, at + whole));
    at += whole;
    this.#block.set(bytes.subarray(at));
    this.#held = bytes.length - at;
    return this;
  }

  /** The digest as 64 hexadecimal digits; no more bytes can be taken. */
  hex() {
    this.#block.fill(0, this.#held);
    this.#block[this.#held] = 0x80;
    if (this.#held >= 56) {
      this.#compress(this.#view, 0);
      this.#block.fill(0);
    }
    this.#view.setUint32(56, Math.floor(this.#length / 2 ** 29));
    this.#view.setUint32(60, (this.#length * 8) >>> 0);
    this.#compress(this.#view, 0);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #plain = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 64) {
      this.#compress(view, at);
    }
  };

  /** WebAssembly's way, where there is one: three times as fast. The state moves to its memory. */
  #emitted() {
    const wasm = instance();
    if (!wasm) {
      return this.#plain;
    }
    const state = new Int32Array(wasm.memory.buffer, 0, 8);
    const room = new Uint8Array(wasm.memory.buffer, INPUT, ROOM);
    state.set(this.#state);
    this.#state = state;
    return (bytes) => {
      for (let at = 0; at < bytes.length; at += ROOM) {
        const some = bytes.subarray(at, at + ROOM);
        room.set(some);
        wasm.compress(INPUT, INPUT + some.length);
      }
    };
  }

  #compress(view, at) {
    const w = this.#words;
    const s = this.#state;
    for (let i = 0; i < 16; i++) {
      w[i] = view.getInt32(at + 4 * i);
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1 | 0;
    }
    let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (let i = 0; i < 64; i++) {
      const big1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = h + big1 + (g ^ e & (f ^ g)) + K[i] + w[i] | 0;
      const big0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = big0 + (a & b | c & (a | b)) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    s[0] = s[0] + a | 0; s[1] = s[1] + b | 0; s[2] = s[2] + c | 0; s[3] = s[3] + d | 0;
    s[4] = s[4] + e | 0; s[5] = s[5] + f | 0; s[6] = s[6] + g | 0; s[7] = s[7] + h | 0;
  }
}
