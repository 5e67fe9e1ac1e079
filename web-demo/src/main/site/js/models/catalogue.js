import { WasmChord } from '../../wasm-chord/wasm-chord.js';
import { $, button, element } from '../base/dom.js';
import { bytes } from '../base/format.js';
import { preflight } from './fit.js';

/** What this page does with a model of a purpose; of others it makes no use. */
const PURPOSES = { chat: 'Chats', embedding: 'Finds passages in documents' };

/** The open models that the module knows. Nothing is fetched of one before the visitor asks. */
export class Catalogue {
  #means;

  /** @param {{ load: (model: object) => void, options: () => object, changed: () => void }} means `changed` is called when what is kept has */
  constructor(means) {
    this.#means = means;
  }

  async show() {
    const models = WasmChord.models.filter(({ purpose }) => purpose in PURPOSES);
    const kept = await Promise.all(models.map(({ source }) => WasmChord.cache.has(source)));
    $('catalogue').replaceChildren(...models.map((model, i) => this.#item(model, kept[i])));
  }

  #item(model, kept) {
    const item = element('li');
    const what = element('div', 'what');
    const fit = element('span', 'hint');
    fit.setAttribute('role', 'status');
    what.append(element('strong', '', model.name), element('span', 'hint', `${PURPOSES[model.purpose]} · ${bytes(model.bytes)} · ${model.license}${kept ? ' · kept on this machine' : ''}`),
      element('span', 'hint', model.about), fit);
    item.append(what);
    const add = (label, action) => {
      const node = button(label === 'Load' || label === 'Download' ? '' : 'quiet', label, action);
      node.setAttribute('aria-label', `${label} ${model.name}`);
      item.append(node);
    };
    add('Check', async () => {
      fit.textContent = 'Reading the header…';
      fit.textContent = await preflight(model.source, this.#means.options());
    });
    add(kept ? 'Load' : 'Download', () => this.#means.load(model));
    if (kept) {
      add('Remove', async () => {
        try {
          await WasmChord.cache.delete(model.source);
          this.#means.changed();
        } catch (error) {
          fit.textContent = error.message;
        }
      });
    }
    return item;
  }
}
