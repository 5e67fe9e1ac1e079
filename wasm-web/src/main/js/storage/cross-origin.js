import { dataOf } from './store.js';

/*
 * Cross-Origin Storage (https://wicg.github.io/cross-origin-storage/): files by their SHA-256, whichever site has stored them. The browser compares a file with its
 * digest before it gives it to another site. Where there is no such storage, or this page may not use it, all goes on without.
 */
const hash = (value) => ({ algorithm: 'SHA-256', value });

/** What there is, of a browser or of an extension that stands in. */
const shared = () => /** @type {any} */ (globalThis.navigator)?.crossOriginStorage ?? null;

/**
 * The file with a digest; null where it is not there, or not for this page.
 *
 * @returns {Promise<?File>}
 */
export async function sharedFile(sha256) {
  try {
    return await (await shared().requestFileHandle(hash(sha256))).getFile();
  } catch {
    return null;
  }
}

/**
 * Gives what this site's storage holds of an address to all sites.
 *
 * @returns {Promise<boolean>} whether it could be given
 */
export async function shareStored(url, sha256) {
  try {
    const file = await (await dataOf(url)).getFile();
    const handle = await shared().requestFileHandle(hash(sha256), { create: true, origins: '*' });
    await file.stream().pipeTo(await handle.createWritable());
    return true;
  } catch {
    return false; // the model runs without it
  }
}
