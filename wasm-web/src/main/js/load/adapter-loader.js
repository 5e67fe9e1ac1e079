import { BlobSplit } from './blob-split.js';
import { WasmChordError } from '../errors.js';
import { HttpSplit } from './http-split.js';
import { RETRY } from '../fetch/retry.js';
import { filesOf } from '../sources/sources.js';
import { StorageThread } from '../storage/storage.js';

const FIRST = 64 * 1024;

/**
 * Brings an adapter's file into the engine's memory, and has the engine make an adapter of it.
 *
 * @param {import('../engine/engine.js').Engine} engine
 * @param {{source?: any, name?: string, room: number, headers?: object, base?: string, cache?: boolean, sha256?: string, retry?: object}} options the page's, checked there
 * @param {{progress: (progress: object) => void, notice: (message: string) => void}} page
 */
export async function loadAdapter(engine, { source, name, room, headers, base, cache = true, sha256, retry }, page, signal) {
  const [file, more] = await filesOf(source, headers, base);
  if (more || file.split?.count > 1) {
    throw new WasmChordError('invalid_request', 'an adapter is one file; name that one');
  }
  const progress = (phase, loaded, total, message) => page.progress({ phase, loaded, total, bytesPerSecond: 0, secondsLeft: null, message });
  const thread = cache && !(file instanceof Blob) ? new StorageThread(signal) : null;
  /** @type {any} what one of them has beyond the other is asked for */
  const split = file instanceof Blob ? new BlobSplit(file) : new HttpSplit(file, {
    storage: thread,
    sha256,
    retry: { ...RETRY, ...retry },
    notice: page.notice,
    waiting: (message) => progress('waiting', 0, null, message),
    full: (reason) => page.notice(`The adapter is not kept for the next visit: ${reason}.`),
  });
  try {
    await split.open(FIRST, signal);
    const { size } = split;
    if (size === null) {
      throw new WasmChordError('http_error', `the server does not say how large ${split.name} is, which is needed for an adapter; use another address`);
    }
    const address = engine.value('adapterBuffer', size);
    split.describe?.(size);
    await split.reserve?.();
    let loaded = 0;
    const sink = {
      needs: () => true,
      write: (bytes, at) => engine.bytes((address >>> 0) + at, bytes.length).set(bytes),
      moved: (count) => {
        signal.throwIfAborted();
        loaded += count;
        progress('download', loaded, size);
      },
    };
    await split.load(size, sink, signal);
    await split.finish?.();
    signal.throwIfAborted();
    return engine.value('loadAdapter', name, split.name, room);
  } finally {
    engine.call('dropAdapter');
    await split.close();
    thread?.stop();
  }
}
