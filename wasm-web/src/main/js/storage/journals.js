import { WasmChordError } from '../errors.js';
import { unlocked } from './store.js';

const FOLDER = 'wasm-chord-journals';
const ENDING = '.journal';

/** The folder of all journals. */
async function folder(create) {
  if (!navigator.storage?.getDirectory) {
    throw new WasmChordError('no_storage', 'this browser gives the page no storage for journals (it needs https, and no private window); leave out journal');
  }
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create });
}

const noStorage = ({ message }) => new WasmChordError('no_storage', `the answer's journal cannot be kept (${message}); free some storage, or leave out journal`);

/** The journal of one answer, opened by one worker at a time; what it says is the engine's to read. */
export class JournalFile {
  #name;
  #dir;
  #file;
  #end;

  constructor(name, dir, file) {
    this.#name = name;
    this.#dir = dir;
    this.#file = file;
    this.#end = file.getSize();
  }

  /** One without content. What was kept of the name is lost. */
  static async make(name) {
    const journal = await JournalFile.#open(name, true);
    journal.cut(0);
    return journal;
  }

  /**
   * What is kept of a name.
   *
   * @throws {WasmChordError} `invalid_request` where there is nothing
   */
  static find(name) {
    return JournalFile.#open(name, false);
  }

  static async #open(name, create) {
    try {
      const dir = await folder(create);
      const file = await unlocked(await dir.getFileHandle(name + ENDING, { create }));
      return new JournalFile(name, dir, file);
    } catch (error) {
      if (error instanceof WasmChordError) {
        throw error;
      }
      if (error.name === 'NotFoundError' && !create) {
        throw new WasmChordError('invalid_request', `there is no journal '${name}': its answer has ended, or was never begun`);
      }
      throw error.name === 'NoModificationAllowedError'
        ? new WasmChordError('busy', `the journal '${name}' is in use by another answer, of this or another page; wait for its end, or choose another name`)
        : noStorage(error);
    }
  }

  read() {
    const bytes = new Uint8Array(this.#end);
    this.#file.read(bytes, { at: 0 });
    return bytes;
  }

  /** Drops what follows the first bytes. */
  cut(length) {
    this.#file.truncate(length);
    this.#end = length;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  append(bytes) {
    let written = 0;
    try {
      written = this.#file.write(bytes, { at: this.#end });
    } catch (error) {
      throw noStorage(error);
    }
    if (written !== bytes.length) {
      throw noStorage(new Error('the storage is full'));
    }
    this.#end += written;
  }

  close() {
    this.#file.close();
  }

  /** Removes it, after its answer has ended. */
  async remove() {
    this.close();
    await this.#dir.removeEntry(this.#name + ENDING).catch(() => {}); // another page may have opened it just now; the answer is whole all the same
  }
}

/** Answers that were interrupted. */
export class Journals {
  /** The last that was written to first. */
  async list() {
    let dir;
    try {
      dir = await folder(false);
    } catch {
      return []; // no storage, or nothing in it
    }
    const all = [];
    for await (const [name, handle] of dir.entries()) {
      const file = name.endsWith(ENDING) ? await handle.getFile().catch(() => null) : null; // null: removed just now
      if (file) {
        all.push({ name: name.slice(0, -ENDING.length), bytes: file.size, modified: file.lastModified });
      }
    }
    return all.sort((a, b) => b.modified - a.modified);
  }

  /** Removes one; resolves to whether there was one. */
  async delete(name) {
    try {
      await (await folder(false)).removeEntry(name + ENDING);
      return true;
    } catch (error) {
      if (error.name === 'NotFoundError' || error.code === 'no_storage' || error.name === 'TypeError') {
        return false;
      }
      throw new WasmChordError('busy', `the journal '${name}' is in use (${error.message}); end its answer first`);
    }
  }
}
