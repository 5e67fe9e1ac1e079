import { WasmChordError } from '../errors.js';
import { host } from './host.js';

// In the words that bundlers look for.
const SCRIPTS = {
  engine: () => new Worker(new URL('../worker.js', import.meta.url), { type: 'module', name: 'wasm-chord' }),
  kernels: () => new Worker(new URL('../kernel-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-kernels' }),
  layers: () => new Worker(new URL('../layer-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-layers' }),
  storage: () => new Worker(new URL('../store-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-storage' }),
  digest: () => new Worker(new URL('../digest-worker.js', import.meta.url), { type: 'module', name: 'wasm-chord-digest' }),
};

const FILES = { engine: 'worker.js', kernels: 'kernel-worker.js', layers: 'layer-worker.js', storage: 'store-worker.js', digest: 'digest-worker.js' };

let policy = null; // once the page has asked for trusted addresses

/** Makes the policy that vouches for the addresses of workers, where a page takes no others. */
function makePolicy(refusal) {
  try {
    return globalThis.trustedTypes.createPolicy('wasm-chord', { createScriptURL: (url) => url });
  } catch {
    throw new WasmChordError('engine_unavailable',
        `this page's Content-Security-Policy takes trusted addresses of scripts only (${refusal.message}); add wasm-chord to its trusted-types`);
  }
}

/** Starts a worker whose address, which a bundler may have written, is vouched for. */
function vouched(start) {
  const Plain = globalThis.Worker;
  globalThis.Worker = /** @type {any} */ (function (url, options) {
    return new Plain(policy.createScriptURL(`${url}`), options);
  });
  try {
    return start();
  } finally {
    globalThis.Worker = Plain;
  }
}

/** What a worker whose script did not run may lack. */
export function notLoaded(kind, assets) {
  const where = assets ? assets(FILES[kind]) : FILES[kind];
  return `${where} could not be loaded; this module's files belong together: serve all of them from the page's origin, say where with the option assets, and let a Content-Security-Policy allow worker-src 'self'`;
}

/**
 * Starts one of this module's workers.
 *
 * @param {keyof typeof SCRIPTS} kind
 * @param {?((name: string) => string)} assets see assets.js
 * @throws {WasmChordError} where the host has none, or the page's policy refuses them
 */
export function startWorker(kind, assets) {
  const own = host();
  if (own) {
    return own.startWorker(assets?.(FILES[kind]) ?? FILES[kind]);
  }
  if (typeof globalThis.Worker !== 'function') {
    throw new WasmChordError('unsupported_browser',
        'this host has no Worker, in which the engine runs: load the model in a page (a service worker and a SharedWorker in some browsers have none)');
  }
  const start = assets ? () => new Worker(assets(FILES[kind]), { type: 'module', name: `wasm-chord-${kind}` }) : SCRIPTS[kind];
  if (policy) {
    return vouched(start);
  }
  try {
    return start();
  } catch (error) {
    if (error instanceof WasmChordError) {
      throw error;
    }
    if (!(error instanceof TypeError) || !globalThis.trustedTypes) {
      throw new WasmChordError('engine_unavailable', `${notLoaded(kind, assets)} (${error.message})`);
    }
    policy = makePolicy(error);
    return vouched(start);
  }
}
