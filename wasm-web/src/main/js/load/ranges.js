import { HttpFile } from '../fetch/http.js';

/**
 * The bytes of a loaded model's files, taken one after the other, wherever they lie: in storage, on the user's disk, or at an address.
 * Files in storage and on disk can be read at once, by `readNow`; all can be read by `read`.
 */
export class Ranges {
  /** @type {Array<import('../threads/messages.d.ts').FileReader & {access?: FileSystemSyncAccessHandle, file?: HttpFile}>} */
  #files;

  /** @param {Array<import('../threads/messages.d.ts').FileReader>} readers */
  static async open(readers) {
    const ranges = new Ranges();
    ranges.#files = await Promise.all(readers.map(async (reader) => {
      if (reader.handle) {
        return { ...reader, access: await access(reader.handle) };
      }
      if (reader.url) {
        const file = new HttpFile(reader.url, reader.headers, reader.retry, () => {});
        file.expect({ size: reader.size, etag: reader.etag, modified: reader.modified });
        return { ...reader, file };
      }
      return reader;
    }));
    return ranges;
  }

  /** Lets go of files in storage. */
  close() {
    this.#files.forEach(({ access: handle }) => handle?.close());
  }

  #locate(offset) {
    return this.#files.findLast(({ base }) => base <= offset);
  }

  /** Fills `view` with the bytes from `offset` on, which lie in one file. */
  async read(offset, view) {
    const { base, blob, file } = this.#locate(offset);
    const at = offset - base;
    if (file) {
      await file.read(at, at + view.length, (bytes, offset) => view.set(bytes, offset - at), new AbortController().signal);
    } else if (blob) {
      view.set(new Uint8Array(await blob.slice(at, at + view.length).arrayBuffer()));
    } else {
      this.readNow(offset, view);
    }
  }

  /** The same without waiting for anybody; not for files at an address. */
  readNow(offset, view) {
    const { base, access: handle, blob, url } = this.#locate(offset);
    const at = offset - base;
    if (handle) {
      if (handle.read(view, { at }) !== view.length) {
        throw new Error(`storage has no ${view.length} bytes at ${at}`);
      }
    } else if (blob) {
      view.set(new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob.slice(at, at + view.length))));
    } else {
      throw new Error(`${url} cannot be read at once`);
    }
  }
}

/** Access that other readers may share, where the browser has that. */
async function access(handle) {
  try {
    return await handle.createSyncAccessHandle({ mode: 'read-only' });
  } catch (error) {
    if (error.name !== 'TypeError') {
      throw error;
    }
    return handle.createSyncAccessHandle();
  }
}
