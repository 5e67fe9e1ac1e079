import { WasmChordError } from '../errors.js';
import { StorageThread } from '../storage/storage.js';
import { loadWhole, wholeFile } from './whole-file.js';

const FIRST = 64 * 1024;

/**
 * Brings an adapter's file into the engine's memory, and has the engine make an adapter of it.
 *
 * @param {import('../engine/engine.js').Engine} engine
 * @param {{source?: any, name?: string, room: number, headers?: object, base?: string, cache?: boolean, sha256?: string, retry?: object}} options the page's, checked there
 * @param {{progress: (progress: object) => void, notice: (message: string) => void}} page
 */
export async function loadAdapter(engine, { source, name, room, headers, base, cache = true, sha256, retry }, page, signal) {
  const progress = (phase, loaded, total, message) => page.progress({ phase, loaded, total, bytesPerSecond: 0, secondsLeft: null, message });
  const thread = cache ? new StorageThread(signal) : null;
  let split = null;
  try {
    split = await wholeFile({ source, headers, base, sha256, retry }, {
      what: 'an adapter',
      storage: thread,
      notice: page.notice,
      waiting: (message) => progress('waiting', 0, null, message),
    });
    await split.open(FIRST, signal);
    const { size } = split;
    if (size === null) {
      throw new WasmChordError('http_error', `the server does not say how large ${split.name} is, which is needed for an adapter; use another address`);
    }
    const address = await engine.ask('adapterBuffer', size);
    let loaded = 0;
    await loadWhole(split, engine, { address, size }, (count) => {
      loaded += count;
      progress('download', loaded, size);
    }, signal);
    await split.finish?.();
    signal.throwIfAborted();
    return await engine.ask('loadAdapter', name, split.name, room);
  } finally {
    engine.call('dropAdapter');
    await split?.close();
    thread?.stop();
  }
}
