import { WasmChordError } from '../errors.js';
import { SpawnedWorker } from '../threads/spawned.js';
import { CHUNK, complete, replay } from './store.js';

const AHEAD = 8; // buffers that may be on their way to storage

/** The thread that keeps the files of one model, and the buffers that go to it and come back. */
export class StorageThread {
  /** @type {?SpawnedWorker<'storage'>} */
  #worker = null;
  #asked = new Map(); // request id -> how it ends
  #requests = 0;
  #files = 0;
  #failure = null;
  #free = [];
  #underWay = 0;
  #wake = [];
  #stopped = false;

  /** @param {AbortSignal} [signal] after which nothing waits, and chunks that are on their way are not kept any more */
  constructor(signal) {
    signal?.addEventListener('abort', () => {
      this.#stopped = true;
      this.#moved();
      this.#worker?.postMessage({ call: 'drop' });
    }, { once: true });
  }

  /** A number for one more file. */
  number() {
    return this.#files++;
  }

  #start() {
    const worker = new SpawnedWorker('storage');
    worker.onmessage = ({ data: { id, value, buffer, error } }) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) {
        asked?.reject('code' in error ? new WasmChordError(error.code, error.message) : new DOMException(error.message, error.name));
      } else {
        asked?.resolve({ value, buffer });
      }
    };
    worker.onerror = ({ message }) => this.#end(new Error(`the thread that keeps models ended: ${message}`));
    return worker;
  }

  #end(error) {
    this.#failure ??= error;
    this.#worker?.terminate();
    this.#asked.forEach(({ reject }) => reject(this.#failure));
    this.#asked.clear();
    this.#free = [];
  }

  /**
   * Sends a request; resolves to {value, buffer}, where the buffer is the one that was sent along.
   *
   * @param {import('../threads/messages.d.ts').ToStorage['call']} call
   * @param {Omit<import('../threads/messages.d.ts').ToStorage, 'id' | 'call'>} request
   * @returns {Promise<{value?: any, buffer?: ArrayBuffer}>}
   */
  async ask(call, request) {
    if (this.#failure) {
      throw this.#failure;
    }
    this.#worker ??= this.#start();
    const id = this.#requests++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id, call });
    });
  }

  /** Sends a chunk to be written; resolves to whether it was: false where it is not wanted any more. */
  async put(request) {
    const own = request.bytes.buffer instanceof ArrayBuffer;
    this.#underWay += own ? 1 : 0;
    try {
      const { value, buffer } = await this.ask('put', request);
      if (own) {
        this.give(buffer);
      }
      return value;
    } finally {
      this.#underWay -= own ? 1 : 0;
      this.#moved();
    }
  }

  #moved() {
    this.#wake.splice(0).forEach((wake) => wake());
  }

  /** Waits while too many buffers are on their way. */
  async room() {
    while (this.#underWay >= AHEAD && !this.#stopped) {
      await new Promise((wake) => { this.#wake.push(wake); });
    }
  }

  /** Room for a chunk. */
  buffer() {
    return this.#free.pop() ?? new ArrayBuffer(CHUNK);
  }

  /** Takes a buffer back. */
  give(buffer) {
    this.#free.push(buffer);
  }

  stop() {
    this.#end(new Error('the thread that keeps models was stopped'));
  }
}

/**
 * One file of a model in storage, as who loads it sees it; `entry` says what there was when it was opened. What is put is kept in the background; a failure
 * shows at a later step.
 */
export class Storage {
  #thread;
  #file;
  #room = 0;
  #there = false;
  #failure = null;
  #closed = null;
  entry;

  /**
   * Opens what is there of an address. Where there is nothing, nothing is made before `reserve`.
   *
   * @throws {WasmChordError} `no_storage` when the browser gives none, or another page is writing the same model
   */
  static async open(thread, url, name) {
    const storage = new Storage();
    storage.#thread = thread;
    storage.#file = thread.number();
    const found = await storage.#ask('open', { url, name });
    storage.#there = found !== null;
    storage.entry = found?.entry ?? replay('');
    storage.#room = found?.room ?? 0;
    return storage;
  }

  async #ask(call, request = {}) {
    if (this.#failure) {
      throw this.#failure;
    }
    return (await this.#thread.ask(call, { ...request, file: this.#file })).value;
  }

  /** Takes a step in the background. */
  #tell(step) {
    step.catch((error) => { this.#failure ??= error; });
  }

  /** Notes what the server says of the file. */
  describe({ size, etag, modified, digest }) {
    const said = { size, etag, modified, digest };
    Object.assign(this.entry, said);
    if (this.#there) {
      this.#tell(this.#ask('describe', { said }));
    }
  }

  /** Bytes that are still to be granted for the whole file. */
  get lacking() {
    return Math.max(0, this.entry.size - this.#room);
  }

  /**
   * Takes room for the whole file at once: a browser asks its storage for each write that makes a file longer. Makes the files where there
   * were none.
   *
   * @throws {DOMException} QuotaExceededError when there is no more room
   * @throws {WasmChordError} `no_storage` when another page is writing the same model
   */
  async reserve() {
    if (!this.#there) {
      const { size, etag, modified, digest } = this.entry;
      await this.#ask('make', { said: { size, etag, modified, digest } });
      this.#there = true;
    }
    await this.#ask('reserve');
  }

  /** Forgets all bytes, when the file at the address is another one now. */
  reset() {
    this.entry = replay('');
    this.#room = 0;
    if (this.#there) {
      this.#tell(this.#ask('reset'));
    }
  }

  get whole() {
    return complete(this.entry);
  }

  has(index) {
    return this.entry.chunks.has(index);
  }

  /**
   * Chunk `index`, or null where it is not what was written; then it is not there any more. Who has used it may `give` it back.
   *
   * @param {number} index
   * @param {?Uint8Array} [place] in shared memory, where it is to be
   */
  async read(index, place = null) {
    if (this.#failure) {
      throw this.#failure;
    }
    const length = Math.min(CHUNK, this.entry.size - index * CHUNK);
    const room = place ?? new Uint8Array(this.#thread.buffer(), 0, length);
    const { value, buffer } = await this.#thread.ask('read', { file: this.#file, index, bytes: room });
    if (value) {
      return place ?? new Uint8Array(buffer, 0, length);
    }
    if (buffer) {
      this.#thread.give(buffer);
    }
    this.entry.chunks.delete(index);
    this.entry.verified = null; // what comes in its place was not
    return null;
  }

  /** Where a chunk can be gathered that is then put; waits while too many are on their way. */
  async room() {
    await this.#thread.room();
    if (this.#failure) {
      throw this.#failure;
    }
    return new Uint8Array(this.#thread.buffer());
  }

  /** Takes the room of a chunk back, unless it is a place in memory. */
  give(bytes) {
    if (bytes.buffer instanceof ArrayBuffer) {
      this.#thread.give(bytes.buffer);
    }
  }

  /**
   * Keeps a chunk, in the background: takes its buffer, or reads it in shared memory, which stays as it is until all is settled. It counts
   * when its bytes are written and its checksum is in the journal.
   */
  put(index, bytes) {
    this.#tell(this.#thread.put({ file: this.#file, index, bytes }));
  }

  /** Waits until all chunks that were put count; `verified` is the digest of the whole file, where it was checked. */
  async settle(verified) {
    await this.#ask('settle', { verified });
  }

  /** Ends, when what was put is kept. */
  close() {
    this.#closed ??= this.#thread.ask('close', { file: this.#file }).catch(() => {}); // it ended before
    return this.#closed;
  }
}
