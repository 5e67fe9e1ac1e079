import { WasmChordError } from '../errors.js';

/**
 * Saves a session of the engine's. Nothing else is computed meanwhile.
 *
 * @param {import('./engine.js').Engine} engine
 * @param {number} session
 * @param {string} notes of the page's
 * @returns {Promise<Blob>}
 */
export async function saved(engine, session, notes) {
  const pieces = [];
  try {
    await engine.ask('saveSession', session, notes);
    for (let piece = await engine.ask('nextSaved'); piece; piece = await engine.ask('nextSaved')) {
      pieces.push(engine.bytes(piece.address, piece.bytes).slice());
    }
    return new Blob(pieces);
  } finally {
    await engine.ask('endTransfer');
  }
}

/**
 * Restores a session: its number, and the notes that it was saved with.
 *
 * @param {import('./engine.js').Engine} engine
 * @param {Blob} blob
 * @returns {Promise<{session: number, notes: string}>}
 */
export async function restored(engine, blob) {
  try {
    let at = 0;
    let told = await engine.ask('restoreSession');
    while (told.session === undefined) {
      const bytes = new Uint8Array(await blob.slice(at, at + told.bytes).arrayBuffer());
      engine.bytes(told.address, told.bytes).set(bytes);
      at += bytes.length;
      told = await engine.ask('pushSaved', bytes.length);
    }
    if (at < blob.size) {
      await engine.ask('closeSession', told.session);
      throw new WasmChordError('session_invalid', 'this is no session that can be restored: it goes on after its end; save it anew');
    }
    return told;
  } finally {
    await engine.ask('endTransfer');
  }
}
