import { WasmChord } from '../../wasm-chord/wasm-chord.js';
import { $, button, element } from '../base/dom.js';
import { bytes } from '../base/format.js';

/** The models that the browser keeps, with what they take; and how much it grants. */
export class Library {
  #load;
  #changed;

  /**
   * @param {(url: string, name: string) => void} load
   * @param {() => Promise<unknown>} changed called when one was removed
   */
  constructor(load, changed) {
    this.#load = load;
    this.#changed = changed;
    $('persist').addEventListener('click', async () => {
      const granted = await navigator.storage.persist();
      await this.show();
      if (!granted) {
        $('storage').append(' The browser did not agree to keep them; it asks or agrees more readily for pages that are installed or visited often.');
      }
    });
  }

  async show() {
    const models = await WasmChord.cache.list();
    const { quota, usage, persisted } = await WasmChord.cache.quota();
    $('stored').replaceChildren(...models.map((model) => this.#item(model)));
    $('persist').hidden = persisted || models.length === 0 || !navigator.storage?.persist;
    const parts = [];
    if (models.length === 0) {
      parts.push('No models yet. A model that was loaded from an address is kept for the next visit.');
    } else if (quota) {
      parts.push(`${bytes(usage)} of ${bytes(quota)} that the browser grants.`,
        persisted ? 'The browser keeps them until you remove them.' : 'The browser may remove them when the disk gets full.');
    }
    $('storage').textContent = parts.join(' ');
    $('storage-use').hidden = !quota || models.length === 0;
    $('storage-use').value = quota ? usage / quota : 0;
  }

  #item(model) {
    const item = element('li');
    const name = element('div', 'what');
    const state = model.complete ? bytes(model.bytes) : `${bytes(model.bytes)} of ${model.size ? bytes(model.size) : 'more'}, not whole yet`;
    const checked = model.verified ? ', digest checked' : '';
    name.append(element('strong', '', model.name),
      element('span', 'hint', `${state}${checked} · used ${new Date(model.lastUsed).toLocaleDateString()} · ${new URL(model.url).host}`));
    item.append(name);
    for (const [label, action] of [['Load', () => this.#load(model.url, model.name)], ['Remove', () => this.#remove(model.url)]]) {
      const node = button(label === 'Load' ? '' : 'quiet', label, action);
      node.setAttribute('aria-label', `${label} ${model.name}`);
      item.append(node);
    }
    return item;
  }

  async #remove(url) {
    try {
      await WasmChord.cache.delete(url);
      await this.#changed();
    } catch (error) {
      $('storage').textContent = error.message;
    }
  }
}
