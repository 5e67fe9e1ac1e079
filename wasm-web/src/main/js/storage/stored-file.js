import { WasmChordError } from '../errors.js';
import { checksum } from './checksum.js';
import { CHUNK, complete, folder, keyOf, replay, unlocked } from './store.js';

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
  #failure = null;
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
    this.#log.truncate(0);
    this.#data.truncate(0);
    this.#logEnd = 0;
    this.entry = replay('');
    this.#append({ url, name, created: Date.now() });
  }

  get whole() {
    return complete(this.entry);
  }

  /** Fills `bytes` with chunk `index`; false where it is not what was written; then it is not there any more. */
  read(index, bytes) {
    const got = this.#data.read(bytes, { at: index * CHUNK });
    if (got === bytes.length && checksum(bytes) === this.entry.chunks.get(index)) {
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
   * Keeps a chunk: first its bytes are written, then it counts, by its checksum in the journal.
   *
   * @throws {DOMException} QuotaExceededError when there is no more room
   */
  put(index, bytes) {
    try {
      writeAll(this.#data, bytes, index * CHUNK);
      const sum = checksum(bytes);
      this.#append({ chunk: index, sum });
      this.entry.chunks.set(index, sum);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  /** Notes that all that was put counts, and the digest of the whole file where it was checked. */
  settle(verified) {
    if (this.#failure) {
      throw this.#failure;
    }
    if (verified && this.whole && verified !== this.entry.verified) {
      this.#append({ verified });
    }
    this.#append({ used: Date.now() }); // no flush: what a power cut loses, the checksums notice
  }

  /** Closes the files, and removes them where no chunk of them counts. */
  async close() {
    this.#data.close();
    this.#log.close();
    if (this.entry.chunks.size === 0) {
      await this.#remove(); // as far as no other page has taken them meanwhile
    }
  }
}
