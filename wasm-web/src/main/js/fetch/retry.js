/**
 * How a broken transfer is tried again; every number can be set with the load option `retry`.
 *
 * @type {import('../threads/messages.d.ts').Retry}
 */
export const RETRY = {
  attempts: 5, // in a row without a byte
  delayMs: 250, // before the second attempt; doubles with each further one
  longestMs: 15_000,
  stallMs: 30_000, // without a byte
  offlineMs: 300_000, // to wait for the network to come back
};

/**
 * Waits, unless the signal aborts.
 *
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop);
  });
}

/** The time before attempt number `failures` + 1: what the server asks for, or exponential with jitter. */
export function backOff(failures, retry, retryAfterMs) {
  const wanted = retryAfterMs ?? retry.delayMs * 2 ** (failures - 1) * (0.5 + Math.random());
  return Math.min(retry.longestMs, wanted);
}

/** Waits for the network while the browser knows that there is none. */
export async function online(retry, signal) {
  if (navigator.onLine !== false) {
    return;
  }
  const found = new AbortController();
  const come = () => found.abort();
  self.addEventListener('online', come, { once: true });
  try {
    await pause(retry.offlineMs, AbortSignal.any([signal, found.signal]));
  } catch {
    signal.throwIfAborted();
  } finally {
    self.removeEventListener('online', come);
  }
}

/** The milliseconds that a Retry-After header asks for, or null. */
export function retryAfter(response) {
  const value = response.headers.get('Retry-After');
  if (!value) {
    return null;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
}
