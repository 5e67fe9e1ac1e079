import { WasmChord } from '../wasm-chord/wasm-chord.js';
import { $, element } from './dom.js';
import { bytes } from './format.js';

/** The list of models that the browser keeps, with what they take. */
export class StoredModels {
  #load;

  /** @param {(url: string, name: string) => void} load */
  constructor(load) {
    this.#load = load;
    $('open-settings').addEventListener('click', () => this.show());
  }

  async show() {
    const models = await WasmChord.cache.list();
    const { quota, usage } = await WasmChord.cache.quota();
    $('stored').replaceChildren(...models.map((model) => this.#item(model)));
    $('storage').textContent = models.length === 0 ? 'No models yet. A model that was loaded from an address is kept for the next visit.'
        : quota ? `${bytes(usage)} of ${bytes(quota)} that the browser grants.` : '';
  }

  #item(model) {
    const item = element('li');
    const state = model.complete ? bytes(model.bytes) : `${bytes(model.bytes)} of ${model.size ? bytes(model.size) : 'more'}, not whole yet`;
    item.append(element('span', '', `${model.name} · ${state}`));
    for (const [label, action] of [['Load', () => this.#load(model.url, model.name)], ['Remove', () => this.#remove(model.url)]]) {
      const button = element('button', 'quiet', label);
      button.type = 'button';
      button.setAttribute('aria-label', `${label} ${model.name}`);
      button.addEventListener('click', action);
      item.append(button);
    }
    return item;
  }

  async #remove(url) {
    try {
      await WasmChord.cache.delete(url);
      await this.show();
    } catch (error) {
      $('storage').textContent = error.message;
    }
  }
}
