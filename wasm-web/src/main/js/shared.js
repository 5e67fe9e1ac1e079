/*
 * One engine for all tabs of an origin: see wasm-chord/shared's types. It lives in the tab that leads; the others ask that one. (A SharedWorker
 * could not have it: Chromium's starts no workers.)
 */
import { WasmChordError } from './errors.js';
import { openaiFetch } from './openai.js';
import { callback, read, text } from './requests/options.js';
import { Asker } from './tabs/asker.js';
import { Holder } from './tabs/holder.js';

function requireChannels() {
  if (typeof BroadcastChannel !== 'function' || !globalThis.navigator?.locks) {
    throw new WasmChordError('unsupported_browser', 'tabs find one another by BroadcastChannel and Web Locks, and one of these is missing here (Web Locks need https); load the model in each tab');
  }
}

export function shareEngine(options) {
  const { name = 'engine', load, onLead } = read('shareEngine', options, { name: text, load: callback, onLead: callback }, { needed: ['load'] });
  requireChannels();
  let loading = null;
  let leads = false;
  const ending = new AbortController();
  const answer = openaiFetch(() => (loading = Promise.resolve(load())));
  const holder = new Holder(name, answer);
  const asker = new Asker(name);
  holder.lead(ending.signal).then(() => {
    leads = true;
    onLead?.();
  }, () => {}); // it was closed before its turn came

  const ask = async (input, init) => {
    if (ending.signal.aborted) {
      throw new WasmChordError('disposed', 'this tab does not share the engine any more; call shareEngine again');
    }
    return asker.fetch(input, init);
  };
  return Object.freeze({
    fetch: ask,
    get leads() {
      return leads;
    },
    async ready() {
      const response = await ask('http://engine/v1/models');
      if (!response.ok) {
        const { error } = await response.json();
        throw new WasmChordError(error.code, error.message);
      }
    },
    async close() {
      ending.abort();
      leads = false;
      holder.close();
      asker.close();
      const loaded = await loading?.catch(() => null);
      const engines = typeof loaded?.dispose === 'function' ? [loaded] : Object.values(loaded ?? {});
      await Promise.all(engines.map((engine) => engine.dispose()));
    },
  });
}
