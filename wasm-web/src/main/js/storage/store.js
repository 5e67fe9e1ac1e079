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
 *   {"chunk": i, "sum": text}                        chunk i is whole; its checksum
 *   {"dropped": i}                                   it was not, after all
 *   {"used": ms}  {"verified": hex}                  when it was loaded; the digest of the whole file that was checked, of the chunks before
 *
 * A chunk counts only if its bytes have the checksum of the journal, so it does not matter what a crash left half written. That finds accidents; whether
 * a file is the right one is for the SHA-256 of all of it to say.
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
      if (record.sum) { // else an earlier version's line, by which nothing can be told
        entry.chunks.set(record.chunk, record.sum);
      }
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
