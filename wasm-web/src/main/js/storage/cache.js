import { kept, shown } from '../sources/address.js';
import { WasmChordError } from '../errors.js';
import { filesOf, firstOf } from '../sources/sources.js';
import { bytesOf, complete, folder, journal, keyOf } from './store.js';

async function allEntries() {
  let dir;
  try {
    dir = await folder(false);
  } catch {
    return []; // no storage, or nothing in it
  }
  const entries = [];
  for await (const [name, handle] of dir.entries()) {
    if (name.endsWith('.log')) {
      const entry = await journal(handle);
      if (entry?.url) {
        entries.push({ ...entry, key: name.slice(0, -4), url: kept(entry.url) });
      }
    }
  }
  return entries;
}

/** Removes one file that is kept; resolves to whether there was one. */
export async function remove(url) {
  const dir = await folder(true);
  const found = (await allEntries()).filter((entry) => entry.url === url);
  const keys = new Set([await keyOf(url), ...found.map(({ key }) => key)]);
  for (const name of [...keys].flatMap((key) => [`${key}.log`, `${key}.data`])) {
    try {
      await dir.removeEntry(name);
    } catch (error) {
      if (error.name !== 'NotFoundError') {
        throw new WasmChordError('busy', `${shown(url)} is in use by this or another page (${error.message}); dispose of the model first`);
      }
    }
  }
  return found.length > 0;
}

/** Of what is kept, the splits of the split model that begins with a file. */
function splitsOf(first, entries) {
  return [...entries].filter(({ url }) => firstOf({ url }).split?.count === first.split.count && firstOf({ url }).url === kept(first.url));
}

/** The models in storage. */
export class ModelCache {
  /** What there is, last used first. */
  async list() {
    const entries = await allEntries();
    return entries.map((entry) => ({
      url: entry.url,
      name: entry.name,
      bytes: bytesOf(entry),
      size: entry.size ?? null,
      complete: complete(entry),
      verified: entry.verified,
      lastUsed: entry.used || entry.created,
    })).sort((a, b) => b.lastUsed - a.lastUsed);
  }

  /** Bytes of all models. */
  async size() {
    return (await this.list()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Whether a model is there whole; takes every source that load takes. What lies on the user's disk, or in memory, is not kept. */
  async has(source) {
    const files = await filesOf(source, {}, globalThis.location?.href);
    const there = new Map((await this.list()).map((entry) => [entry.url, entry]));
    const [{ split }] = files;
    if (split) {
      const splits = splitsOf(files[0], there.values());
      return splits.length === split.count && splits.every((split) => split.complete);
    }
    return files.every(({ url }) => url && there.get(kept(url))?.complete);
  }

  /** Removes all files of a model; resolves to whether there were any. */
  async delete(source) {
    const files = (await filesOf(source, {}, globalThis.location?.href)).filter(({ url }) => url);
    const splits = files[0]?.split ? splitsOf(files[0], await this.list()) : [];
    let any = false;
    for (const url of new Set([...files, ...splits].map((one) => kept(one.url)))) {
      any = await remove(url) || any;
    }
    return any;
  }

  /** Removes all models. */
  async clear() {
    for (const { url } of await this.list()) {
      await remove(url);
    }
  }

  /** What the browser grants this origin, in bytes. */
  async quota() {
    const { quota = null, usage = null } = await navigator.storage?.estimate?.() ?? {};
    return { quota, usage, persisted: await navigator.storage?.persisted?.() ?? false };
  }
}
