import { BlobSplit } from './blob-split.js';
import { WasmChordError } from '../errors.js';
import { HttpSplit } from './http-split.js';
import { RETRY } from '../fetch/retry.js';
import { filesOf } from '../sources/sources.js';

/**
 * A file that is one piece, beside those of a model: a split of which all bytes go to one place.
 *
 * @param {{source?: any, headers?: object, base?: string, sha256?: string, retry?: object}} options
 * @param {{what: string, storage: ?import('../storage/storage.js').StorageThread, notice: (message: string) => void, waiting: (message: string) => void}} to what messages call it, where it is kept, and who is told
 * @returns {Promise<any>} what a split on disk and one at an address have beyond each other is asked for
 */
export async function wholeFile({ source, headers, base, sha256, retry }, { what, storage, notice, waiting }) {
  const [file, more] = await filesOf(source, headers, base);
  if (more || file.split?.count > 1) {
    throw new WasmChordError('invalid_request', `${what} is one file; name that one`);
  }
  return file instanceof Blob ? new BlobSplit(file) : new HttpSplit(file, {
    storage,
    sha256,
    retry: { ...RETRY, ...retry },
    notice,
    waiting,
    full: (reason) => notice(`${what[0].toUpperCase()}${what.slice(1)} is not kept for the next visit: ${reason}.`),
  });
}

/** Writes all of a split that was opened to the engine's memory at `address`; `moved` is told of bytes as they come. */
export async function loadWhole(split, engine, { address, size }, moved, signal) {
  split.describe?.(size);
  await split.reserve?.();
  const sink = {
    needs: () => true,
    write: (bytes, at) => engine.bytes((address >>> 0) + at, bytes.length).set(bytes),
    place: (from, to) => engine.sharedBytes((address >>> 0) + from, to - from),
    moved: (count) => {
      signal.throwIfAborted();
      moved(count);
    },
  };
  await split.load(size, sink, signal);
}
