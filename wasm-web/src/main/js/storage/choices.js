const FOLDER = 'wasm-chord-choices';
const KEPT_MS = 7 * 24 * 3600 * 1000; // browsers and drivers change

/** The file of a choice; its name tells nothing of what it is of. */
async function fileOf(key, create) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
  const name = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const root = await navigator.storage.getDirectory();
  const dir = await root.getDirectoryHandle(FOLDER, { create });
  return dir.getFileHandle(`${name}.json`, { create });
}

/**
 * What was chosen before, or null: where it is not known, too old, or there is no storage.
 *
 * @param {string} key what the choice was about
 * @returns {Promise<any>}
 */
export async function chosenBefore(key) {
  try {
    const file = await (await fileOf(key, false)).getFile();
    return Date.now() - file.lastModified < KEPT_MS ? JSON.parse(await file.text()) : null;
  } catch {
    return null;
  }
}

/** Remembers a choice, where there is storage. */
export async function remember(key, choice) {
  try {
    const file = await (await fileOf(key, true)).createSyncAccessHandle();
    try {
      file.truncate(0);
      file.write(new TextEncoder().encode(JSON.stringify(choice)), { at: 0 });
    } finally {
      file.close();
    }
  } catch {
    // it is measured again
  }
}
