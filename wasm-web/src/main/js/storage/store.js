import { WasmChordError } from '../errors.js';

const FOLDER = 'wasm-chord';
const LOCK_ATTEMPTS = 10;
const LOCK_MS = 100;
const JOURNAL_ATTEMPTS = 20;

/** Bytes of a chunk: what is written, checked and fetched again as a whole. */
export const CHUNK = 4 * 1024 * 1024;

/*
 * A model in the origin private file system is two files: NAME.data with its bytes in place, and NAME.log, a journal of JSON lines:
 *
 *   {"url", "name", "created"}                       first
 *   {"size", "etag", "modified", "digest"}           what the server said
 *   {"chunk": i, "sha256": hex}                      chunk i is whole
 *   {"dropped": i}                                   it was not, after all
 *   {"used": ms}  {"verified": hex}                  when it was loaded; the digest of the whole file that was checked, of the chunks before
 *
 * A chunk counts only if its bytes have the digest of the journal, so it does not matter what a crash left half written.
 */

/** The folder of all models. */
export async function folder(create) {
  if (!navigator.storage?.getDirectory) {
    throw new WasmChordError('no_storage', 'this browser gives the page no storage for models (it needs https, and no private window)');
  }
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create });
}

/** The file with the bytes of an address, for who reads layers from it. */
export async function dataOf(url) {
  return (await folder(false)).getFileHandle(`${await keyOf(url)}.data`);
}

/** The name of an address's files. */
export async function keyOf(url) {
  return (await sha256(new TextEncoder().encode(url))).slice(0, 32);
}

/** The SHA-256 of bytes as hexadecimal digits. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** What a journal says. A line that a crash cut off is ignored. */
export function replay(text) {
  const entry = { chunks: new Map(), used: 0, verified: null };
  for (const line of text.split('\n')) {
    let record;
    try {
      record = JSON.parse(line);
    } catch {
      continue;
    }
    if (typeof record !== 'object' || record === null) {
      continue; // JSON, but nothing that was written here
    }
    if ('chunk' in record) {
      entry.chunks.set(record.chunk, record.sha256);
      entry.verified = null; // what was checked was without it
    } else if ('dropped' in record) {
      entry.chunks.delete(record.dropped);
      entry.verified = null;
    } else {
      Object.assign(entry, record);
    }
  }
  return entry;
}

/**
 * What a journal says while another thread may write on; null when it is gone. The browser refuses to read a file that has changed since
 * it was asked for, and so it is asked for again.
 */
export async function journal(handle) {
  for (let attempt = 1; ; attempt++) {
    try {
      return replay(await (await handle.getFile()).text());
    } catch (error) {
      if (error.name === 'NotFoundError') {
        return null;
      }
      if (error.name !== 'NotReadableError' || attempt === JOURNAL_ATTEMPTS) {
        throw new WasmChordError('busy', `what storage holds cannot be read now (${error.message}); try again`);
      }
    }
  }
}

/** Bytes that an entry holds. */
export function bytesOf({ chunks, size }) {
  let bytes = 0;
  for (const index of chunks.keys()) {
    bytes += Math.min(CHUNK, Math.max(0, (size ?? Infinity) - index * CHUNK));
  }
  return bytes;
}

/** Whether an entry holds all bytes; of a file that its server does not describe, only when they were compared with it at the end. */
export function complete({ chunks, size, etag, modified, digest, used }) {
  return size > 0 && chunks.size === Math.ceil(size / CHUNK) && Boolean(etag || modified || digest || used);
}

/** Access to a file that a page which was closed just now may still hold. */
export async function unlocked(handle) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if (error.name !== 'NoModificationAllowedError' || attempt === LOCK_ATTEMPTS) {
        throw error;
      }
      await new Promise((resolve) => { setTimeout(resolve, LOCK_MS); });
    }
  }
}

function writeAll(file, bytes, at) {
  if (file.write(bytes, { at }) !== bytes.length) {
    throw new DOMException('the storage is full', 'QuotaExceededError');
  }
}

/** One file of a model in storage, opened by one worker at a time: that of `store-worker.js`. */
export class StoredFile {
  #data;
  #log;
  #logEnd;
  #pending = new Set();
  #failure = null;
  #version = 0; // of the file at the address
  #remove;
  entry;

  /**
   * Opens what is there of an address; without it begins with nothing if that is to be made, else resolves to null.
   *
   * @throws {WasmChordError} `no_storage` when the browser gives none, or another page is writing the same model
   */
  static async open(url, name, create) {
    try {
      const dir = await folder(create);
      const key = await keyOf(url);
      const log = await dir.getFileHandle(`${key}.log`, { create });
      const data = await dir.getFileHandle(`${key}.data`, { create: true });
      const file = new StoredFile();
      file.#remove = () => Promise.allSettled([`${key}.log`, `${key}.data`].map((one) => dir.removeEntry(one)));
      file.#log = await unlocked(log);
      try {
        file.#data = await data.createSyncAccessHandle();
      } catch (error) {
        file.#log.close();
        throw error;
      }
      file.#replay(url, name);
      return file;
    } catch (error) {
      if (error instanceof WasmChordError) {
        throw error;
      }
      if (error.name === 'NotFoundError' && !create) {
        return null;
      }
      throw new WasmChordError('no_storage', error.name === 'NoModificationAllowedError'
          ? 'another page is loading the same model; this one keeps no copy'
          : `the browser gives no storage for models (${error.message})`);
    }
  }

  #replay(url, name) {
    const bytes = new Uint8Array(this.#log.getSize());
    this.#log.read(bytes, { at: 0 });
    this.#logEnd = bytes.length;
    this.entry = replay(new TextDecoder().decode(bytes));
    if (this.entry.url !== url) {
      this.entry = replay('');
      this.#log.truncate(0);
      this.#logEnd = 0;
      this.#append({ url, name, created: Date.now() });
    } else if (bytes.at(-1) !== 10) {
      this.#write(new Uint8Array([10])); // ends a line that was cut off
    }
  }

  #append(record) {
    Object.assign(this.entry, 'chunk' in record || 'dropped' in record ? {} : record);
    this.#write(new TextEncoder().encode(`${JSON.stringify(record)}\n`));
  }

  #write(bytes) {
    writeAll(this.#log, bytes, this.#logEnd);
    this.#logEnd += bytes.length;
  }

  /** Notes what the server says of the file. */
  describe({ size, etag, modified, digest }) {
    const { entry } = this;
    if (entry.size !== size || entry.etag !== etag || entry.modified !== modified || entry.digest !== digest) {
      this.#append({ size, etag, modified, digest });
    }
  }

  /** Bytes that storage has granted. */
  get room() {
    return this.#data.getSize();
  }

  /**
   * Takes room for the whole file at once: a browser asks its storage for each write that makes a file longer.
   *
   * @throws {DOMException} QuotaExceededError when there is no more room
   */
  reserve() {
    if (this.room < this.entry.size) {
      this.#data.truncate(this.entry.size);
    }
  }

  /** Forgets all bytes, when the file at the address is another one now. */
  reset() {
    const { url, name } = this.entry;
    this.#version++;
    this.#log.truncate(0);
    this.#data.truncate(0);
    this.#logEnd = 0;
    this.entry = replay('');
    this.#append({ url, name, created: Date.now() });
  }

  get whole() {
    return complete(this.entry);
  }

  /** Fills `bytes` with chunk `index`; resolves to false where it is not what was written; then it is not there any more. */
  async read(index, bytes) {
    const got = this.#data.read(bytes, { at: index * CHUNK });
    if (got === bytes.length && await sha256(bytes) === this.entry.chunks.get(index)) {
      return true;
    }
    this.#drop(index);
    return false;
  }

  #drop(index) {
    this.entry.chunks.delete(index);
    this.entry.verified = null; // what comes in its place was not
    this.#append({ dropped: index });
  }

  /**
   * Keeps a chunk. Its bytes are written at once; it counts when its digest is in the journal. Resolves to that digest, null where all
   * was forgotten meanwhile.
   *
   * @throws {DOMException} QuotaExceededError when there is no more room
   */
  async put(index, bytes) {
    const kept = this.#kept(index, bytes);
    this.#pending.add(kept);
    try {
      return await kept;
    } catch (error) {
      this.#failure ??= error;
      throw error;
    } finally {
      this.#pending.delete(kept);
    }
  }

  async #kept(index, bytes) {
    const version = this.#version;
    writeAll(this.#data, bytes, index * CHUNK);
    const hex = await sha256(bytes);
    if (version !== this.#version) {
      return null;
    }
    this.#append({ chunk: index, sha256: hex });
    this.entry.chunks.set(index, hex);
    return hex;
  }

  /** Waits until all chunks that were put count, and notes the digest of the whole file where it was checked. */
  async settle(verified) {
    await Promise.all(this.#pending);
    if (this.#failure) {
      throw this.#failure;
    }
    if (verified && this.whole && verified !== this.entry.verified) {
      this.#append({ verified });
    }
    this.#append({ used: Date.now() }); // no flush: what a power cut loses, the digests notice
  }

  /** Closes the files, and removes them where no chunk of them counts. */
  async close() {
    await Promise.allSettled(this.#pending);
    this.#data.close();
    this.#log.close();
    if (this.entry.chunks.size === 0) {
      await this.#remove(); // as far as no other page has taken them meanwhile
    }
  }
}
