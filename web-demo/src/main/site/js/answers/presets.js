import { $, element } from '../base/dom.js';
import { keep, kept } from '../base/kept.js';

const KEY = 'wasm-chord.presets';

/** What answers are made with where nobody says otherwise. */
export const DEFAULTS = { system: '', temperature: '0.7', top_p: '0.95', top_k: '40', min_p: '0.05', repetition_penalty: '1', max_tokens: '512', seed: '' };

/** Presets of the page; those of the reader are kept beside them. */
const BUILT_IN = {
  'Everyday': DEFAULTS,
  'Precise: the likeliest words': { ...DEFAULTS, temperature: '0', system: 'Answer briefly and exactly. Say so when you do not know.' },
  'Creative': { ...DEFAULTS, temperature: '1.1', top_p: '0.98', min_p: '0.02', max_tokens: '1024', system: 'You are an inventive writer with a voice of your own.' },
  'Programmer': { ...DEFAULTS, temperature: '0.2', max_tokens: '1024', system: 'You are an experienced programmer. Give working code in a code block, then a short explanation.' },
  'Translator into English': { ...DEFAULTS, temperature: '0.1', system: 'Translate what the user writes into English. Answer with the translation only.' },
  'Teacher': { ...DEFAULTS, system: 'You are a patient teacher. Explain step by step, with an example, and end with a question that tests what was learned.' },
};

/** The choice among presets of system prompt and sampling. */
export class Presets {
  #own = kept(KEY) ?? {};
  #apply;

  /**
   * @param {(values: object) => void} apply
   * @param {() => object} read what is set now
   */
  constructor(apply, read) {
    this.#apply = apply;
    this.#list();
    $('preset').addEventListener('change', () => this.#choose());
    $('save-preset').addEventListener('click', () => {
      const name = $('preset-name').value.trim().slice(0, 60);
      if (name) {
        this.#own = { ...this.#own, [name]: read() };
        keep(KEY, this.#own);
        $('preset-name').value = '';
        this.#list(name);
      }
    });
    $('delete-preset').addEventListener('click', () => {
      const { [$('preset').value]: gone, ...rest } = this.#own;
      this.#own = rest;
      keep(KEY, rest);
      this.#list();
    });
  }

  #list(chosen = '') {
    const names = [...Object.keys(BUILT_IN), ...Object.keys(this.#own).filter((name) => !Object.hasOwn(BUILT_IN, name))];
    const none = element('option', '', 'Choose…');
    none.value = '';
    $('preset').replaceChildren(none, ...names.map((name) => element('option', '', name)));
    $('preset').value = chosen;
    $('delete-preset').hidden = !Object.hasOwn(this.#own, chosen);
  }

  #choose() {
    const name = $('preset').value;
    $('delete-preset').hidden = !Object.hasOwn(this.#own, name);
    const values = Object.hasOwn(this.#own, name) ? this.#own[name] : BUILT_IN[name];
    if (values) {
      this.#apply({ ...DEFAULTS, ...values });
    }
  }
}
