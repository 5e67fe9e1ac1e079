import { keepable, kept, nameOf, shown } from '../sources/address.js';
import { Fingerprint } from '../fetch/fingerprint.js';
import { WasmChordError } from '../errors.js';
import { Denied, changed } from '../fetch/http-answer.js';
import { HttpFile } from '../fetch/http.js';
import { ChunkRuns, inParallel } from '../fetch/parallel.js';
import { CHUNK, dataOf } from '../storage/store.js';
import { Digest } from '../fetch/digest.js';
import { Storage } from '../storage/storage.js';
import { hubDigest } from '../sources/sources.js';

const PROBE_MS = 5000;
const LONG_RUN = 16; // chunks that one request may ask for
const SHORT_RUN = 4; // where chunks that come early have to wait for the digest
const PAGE_WORDS = 1024;
const MOST_REQUESTS = 6; // connections that a browser opens to one host

/**
 * Has the system give the pages of some shared memory, by an addition of nothing to each: it gives a page when it is first used, which takes more time than
 * to fill it. What another thread writes there meanwhile stays.
 */
function touch(bytes) {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset & -4, bytes.length >>> 2);
  for (let i = 0; i < words.length; i += PAGE_WORDS) {
    Atomics.add(words, i, 0);
  }
}

/** A split at an address, kept in storage where the browser gives some. */
export class HttpSplit {
  #file;
  #spec;
  #options;
  #store = null;
  #head = null;
  #expected = null;
  #digest = null;
  #fingerprint = null;

  /**
   * @param {{url: string, headers: object, hub?: object}} spec
   * @param {{storage: ?import('../storage/storage.js').StorageThread, sha256?: string, retry: import('../threads/messages.d.ts').Retry, notice: (message: string) => void, waiting: (message: string) => void, full: (reason: string) => void}} options
   */
  constructor(spec, options) {
    this.#spec = spec;
    this.#options = options;
    this.#file = new HttpFile(spec.url, spec.headers, options.retry, options.waiting);
    this.url = kept(spec.url); // in storage
    this.name = nameOf(spec.url);
    this.checked = null; // the digest of the whole file, when it was compared with the one that was expected
    this.stored = false;
    this.reason = !options.storage ? 'switched off' : keepable(spec.url) ? null : 'only files from http and https are kept';
  }

  get size() {
    return this.#store?.entry.size ?? this.#file.size;
  }

  /** Learns what the server and the storage have. Nothing is made in storage before `reserve`. */
  async open(firstBytes, signal) {
    if (this.reason === null) {
      try {
        this.#store = await Storage.open(this.#options.storage, this.url, this.name);
        this.stored = true;
      } catch (error) {
        this.reason = error.message;
        this.#options.notice(`The model is not kept for the next visit: ${error.message}.`);
      }
    }
    const known = this.#store?.entry;
    if (known?.size && known.chunks.size > 0 && (known.etag || known.modified || this.#options.sha256)) {
      await this.#continue(known, firstBytes, signal);
    } else {
      this.#head = await this.#file.first(firstBytes, signal);
      this.#store?.reset();
    }
    this.#expected = this.#options.sha256 ?? this.#file.digest ?? this.#store?.entry.digest
        ?? (this.#spec.hub ? await hubDigest(this.#spec.hub, this.#spec.headers, signal) : null);
  }

  /** Goes on with what an earlier visit left, unless the file is another one now. */
  async #continue(known, firstBytes, signal) {
    const pinned = this.#options.sha256 !== undefined && known.verified === this.#options.sha256;
    this.#file.expect(known);
    if (this.#store.whole && pinned) {
      return;
    }
    try {
      const answered = await this.#file.probe(signal, PROBE_MS);
      if (!answered && !this.#store.whole) {
        await this.#file.first(1, signal); // insists
      }
    } catch (error) {
      if (error instanceof Denied && this.#store.whole) {
        this.#options.notice(`The server does not let anybody see ${this.name} without a login now; the copy that was kept is used.`);
        return;
      }
      if (error.code !== 'source_changed') {
        throw error;
      }
      this.#options.notice(`${this.name} is another file than at the last visit; it is fetched anew.`);
      this.#store.reset();
      this.#file.forget();
      this.#head = await this.#file.first(firstBytes, signal);
    }
  }

  /** The first bytes of the file, `length` or fewer where it is shorter. */
  async head(length, signal) {
    const have = this.#head?.length ?? 0;
    const wanted = Math.min(length, this.size ?? length);
    if (have >= wanted) {
      return this.#head.subarray(0, wanted);
    }
    const head = new Uint8Array(wanted);
    head.set(this.#head ?? []);
    let at = have;
    while (at < wanted) {
      const stored = at % CHUNK === 0 && this.#store?.has(at / CHUNK) ? await this.#keep((store) => store.read(at / CHUNK)) : null;
      if (stored) {
        head.set(stored.subarray(0, wanted - at), at);
        this.#store?.give(stored);
        at = Math.min(wanted, at + CHUNK);
        continue;
      }
      const end = Math.min(wanted, (Math.floor(at / CHUNK) + 1) * CHUNK);
      at = await this.#file.read(at, end, (bytes, offset) => head.set(bytes, offset), signal);
      if (at < end) {
        break; // the file is shorter than anybody knew
      }
    }
    this.#head = head.subarray(0, at);
    return this.#head;
  }

  /** Bytes of storage that the split still needs. */
  get lacking() {
    return this.#store?.lacking ?? 0;
  }

  /** Takes that storage; from here on there are files. */
  async reserve() {
    await this.#keep((store) => store.reserve());
  }

  /** What is still to be fetched of `end` bytes. */
  missing(end) {
    let bytes = 0;
    for (let i = 0; i * CHUNK < end; i++) {
      bytes += this.#store?.has(i) ? 0 : Math.min(CHUNK, end - i * CHUNK);
    }
    return bytes;
  }

  /** Gives storage up, for want of room. */
  async keepNothing(reason) {
    const store = this.#store;
    this.#store = null;
    this.reason = reason;
    this.stored = false;
    await store?.close();
  }

  /** Takes a step with storage. Where it fails the load goes on without, and the first of the requests to see it says so. */
  async #keep(step) {
    const store = this.#store;
    try {
      return store && await step(store);
    } catch (error) {
      if (store === this.#store) {
        const full = error.name === 'QuotaExceededError';
        await this.keepNothing(error.code === 'no_storage' ? error.message : `${full ? 'there is no more room for it' : "the browser's storage failed"} (${error.message})`);
        this.#options.full(this.reason);
      }
      return null;
    }
  }

  /** Notes in storage what the server said, now that the header has told where the file ends. */
  describe(end) {
    const { etag, modified } = this.#file;
    this.#file.size ??= end;
    this.#store?.describe({ size: this.#file.size, etag, modified, digest: this.#expected });
  }

  async load(end, sink, signal) {
    const trusted = this.#expected !== null && this.#store?.entry.verified === this.#expected && this.#store.whole;
    if (this.#expected !== null && !trusted) {
      this.#digest = new Digest();
    }
    const all = this.#store !== null || this.#digest !== null;
    this.#fingerprint = this.#expected === null ? new Fingerprint() : null;
    const runs = new ChunkRuns(all ? this.size ?? end : end, {
      run: this.#digest ? SHORT_RUN : LONG_RUN,
      stored: (index) => this.#store?.has(index) ?? false,
      needed: (from, to) => all || sink.needs(from, to),
    });
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    try {
      this.#fingerprint?.between(runs.wanted);
      if (this.#head) {
        await this.#fingerprint?.take(0, this.#head);
      }
      await inParallel((moved) => this.#fetchRuns(runs, sink, both, moved), this.#file.ranges ? MOST_REQUESTS : 1, () => stop.abort());
      await this.#compareFingerprint(signal);
      await this.#verify();
      this.checked ??= trusted && this.#store?.entry.verified ? this.#expected : null; // unless a chunk of it was damaged
    } finally {
      this.#digest?.stop();
    }
  }

  async #fetchRuns(runs, sink, signal, moved) {
    for (let run; (run = runs.take());) {
      signal.throwIfAborted();
      const place = sink.place?.(run.from, run.to) ?? null;
      const reading = run.stored ? this.#keep((store) => store.read(run.first, place)) : null;
      if (reading && place) {
        touch(place.subarray(place.length >>> 1));
      }
      const stored = await reading;
      if (stored) {
        if (stored !== place) {
          sink.write(stored, run.from);
        }
        sink.moved(stored.length);
        await this.#fingerprint?.take(run.from, stored);
        await this.#digest?.put(run.first, stored);
        this.#store?.give(stored);
        continue;
      }
      if (run.stored && this.#store) {
        this.#options.notice(`A stored chunk of ${this.name} was damaged; it is fetched again.`);
      }
      await this.#fetch(run, sink, signal, moved);
    }
  }

  async #fetch({ from, to }, sink, signal, moved) {
    let chunk = null;
    let spare = null; // a buffer that nobody keeps
    let start = from;
    const fill = async (bytes, at) => {
      moved(bytes.length);
      sink.moved(bytes.length);
      for (let done = 0; done < bytes.length;) {
        const end = Math.min(start + CHUNK, to);
        chunk ??= sink.place?.(start, end) ?? spare ?? await this.#keep((store) => store.room()) ?? new Uint8Array(Math.min(CHUNK, to - from));
        const offset = at + done - start;
        const taken = bytes.subarray(done, done + Math.min(end - start - offset, bytes.length - done));
        chunk.set(taken, offset);
        done += taken.length;
        if (start + offset + taken.length === end) {
          spare = await this.#whole(chunk.subarray(0, end - start), start, sink);
          chunk = null;
          start = end;
        }
      }
    };
    let at = from;
    if (this.#head && from < this.#head.length) {
      at = Math.min(to, this.#head.length);
      await fill(this.#head.subarray(from, at), from);
    }
    if (at < to && await this.#file.read(at, to, fill, signal) < to) {
      throw new WasmChordError('truncated', `${shown(this.#spec.url)} ended before byte ${to}; try again, or download the file anew`);
    }
  }

  /** A chunk has arrived, in a buffer or in its place; resolves to the buffer, null where it is another's now. */
  async #whole(bytes, at, sink) {
    const gathered = bytes.buffer instanceof ArrayBuffer;
    if (gathered) {
      sink.write(bytes, at);
    }
    await this.#fingerprint?.take(at, bytes);
    await this.#digest?.put(at / CHUNK, bytes);
    if (this.#store) {
      this.#store.put(at / CHUNK, bytes);
      return null;
    }
    return gathered ? new Uint8Array(bytes.buffer) : null;
  }

  /**
   * Takes the fingerprint of the file once more where the server says nothing by which two versions of it could be told apart. The file is
   * whole only if it is the same.
   */
  async #compareFingerprint(signal) {
    if (this.#fingerprint && this.#file.uncertain && !await this.#fingerprint.matches(this.#file, signal)) {
      this.#store?.reset();
      throw changed(shown(this.#spec.url));
    }
  }

  async #verify() {
    if (!this.#digest) {
      return;
    }
    const hex = await this.#digest.hex();
    if (hex !== this.#expected) {
      this.#store?.reset();
      throw new WasmChordError('digest_mismatch',
          `${shown(this.#spec.url)} has the SHA-256 ${hex}, not ${this.#expected}; it was damaged on the way or replaced: load it again, or use another address`);
    }
    this.checked = hex;
  }

  /** Waits until what arrived is kept: until then its places in memory stay as they are. */
  async finish() {
    await this.#keep((store) => store.settle(this.checked));
  }

  /** What another worker reads layers from: storage, or else the address. */
  async reader() {
    return this.#store ? { handle: await dataOf(this.url) } : { url: this.#spec.url, headers: this.#spec.headers, size: this.size, etag: this.#file.etag, modified: this.#file.modified, retry: this.#options.retry };
  }

  async close() {
    await this.#store?.close();
    this.#digest?.stop();
  }
}
