import { WasmChordError } from './errors.js';
import { bytesOf, complete, folder, journal, keyOf } from './store.js';

/** The models in storage. */
export class ModelCache {
  async #entries() {
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
          entries.push({ key: name.slice(0, -4), ...entry });
        }
      }
    }
    return entries;
  }

  /** What there is, last used first. */
  async list() {
    const entries = await this.#entries();
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

  /** Whether a model is there whole. */
  async has(url) {
    const wanted = new URL(url, globalThis.location?.href).href;
    return (await this.list()).some((entry) => entry.url === wanted && entry.complete);
  }

  /** Removes a model; resolves to whether there was one. */
  async delete(url) {
    const wanted = new URL(url, globalThis.location?.href).href;
    const dir = await folder(true);
    const key = await keyOf(wanted);
    const found = (await this.#entries()).some((entry) => entry.key === key);
    for (const name of [`${key}.log`, `${key}.data`]) {
      try {
        await dir.removeEntry(name);
      } catch (error) {
        if (error.name !== 'NotFoundError') {
          throw new WasmChordError('busy', `${wanted} is in use by this or another page (${error.message}); dispose of the model first`);
        }
      }
    }
    return found;
  }

  /** Removes all models. */
  async clear() {
    for (const { url } of await this.list()) {
      await this.delete(url);
    }
  }

  /** What the browser grants this origin, in bytes. */
  async quota() {
    const { quota = null, usage = null } = await navigator.storage?.estimate?.() ?? {};
    return { quota, usage, persisted: await navigator.storage?.persisted?.() ?? false };
  }
}
