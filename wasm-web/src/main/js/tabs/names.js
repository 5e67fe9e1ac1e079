/*
 * How tabs that share an engine find one another, with what a browser has for that: channels by name, and locks by name. The tab that leads holds
 * the lock `share`. Each end of a request holds a lock of its own, which is free once it has gone: the other end waits for it. No clock is asked.
 */
const PREFIX = 'wasm-chord.shared.';

/** What a share is called, as a lock and as the channel to who leads. */
export const shareOf = (name) => `${PREFIX}${name}`;

/** The lock of one end, and the channel of a request. */
export const lineOf = (share, id) => `${share}/${id}`;

/**
 * Holds a lock until it is let go.
 *
 * @param {string} name
 * @param {AbortSignal} [signal] ends the wait for it
 * @returns {Promise<() => void>} lets it go
 */
export function hold(name, signal) {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, { signal }, () => new Promise((free) => resolve(() => free(undefined)))).catch(reject);
  });
}

/** Resolves once nobody holds a lock any more; never, where the wait is ended before. */
export function gone(name, signal) {
  return new Promise((resolve) => {
    navigator.locks.request(name, { mode: 'shared', signal }, async () => resolve(undefined)).catch(() => {});
  });
}

/** Resolves once no tab holds a share's lock, nor waits for it; never, where the wait is ended before. */
export async function nobody(share, signal) {
  for (;;) {
    await gone(share, signal);
    const { held, pending } = await navigator.locks.query();
    if (![...held ?? [], ...pending ?? []].some(({ name, mode }) => name === share && mode === 'exclusive')) {
      return;
    }
  }
}
