import { $, button } from '../base/dom.js';
import { keep, kept } from '../base/kept.js';
import { DEFAULTS, Presets } from './presets.js';

const KEY = 'wasm-chord.settings';

/** The settings dialog: sampling, system prompt, theme, and each model's template, kept between visits. */
export class Settings {
  #fields = [...$('sampling').querySelectorAll('[name]')];
  #model = null; // what is known of the current one

  /** Called when the choice of a template changed. */
  onFormat = () => {};

  constructor() {
    this.#show({ ...DEFAULTS, ...kept(KEY) });
    $('sampling').addEventListener('input', () => keep(KEY, this.#read()));
    const apply = (values) => {
      this.#show(values);
      keep(KEY, values);
    };
    new Presets(apply, () => this.#read());
    $('reset-settings').addEventListener('click', () => apply(DEFAULTS));
    $('open-settings').addEventListener('click', () => $('settings').showModal());
    for (const id of ['template', 'thinking']) {
      $(id).addEventListener('change', () => this.#formatChanged());
    }
    this.#offerTemplates();
    this.#theme(kept(`${KEY}.theme`) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
    $('theme').addEventListener('click', () => {
      this.#theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
      keep(`${KEY}.theme`, document.documentElement.dataset.theme);
    });
  }

  /** The templates as buttons, and none, for a model without one. */
  #offerTemplates() {
    for (const { value, label } of [...$('template').options].filter((option) => option.value !== 'auto')) {
      $('presets').append(button('', label, () => {
        $('template').value = value;
        this.#formatChanged();
        $('composer-input').focus();
      }));
    }
  }

  /** Shows what was chosen for a model, or its defaults. */
  showModel(info) {
    this.#model = info;
    const { template = 'auto', thinking = true } = kept(`${KEY}.models`)?.[info.name] ?? {};
    $('template').options[0].label = info.chatTemplate === null ? 'none in the file: choose one' : 'Model\'s own';
    $('template').value = template;
    $('thinking').checked = thinking;
    this.#showFormat();
  }

  #formatChanged() {
    if (this.#model) {
      const all = kept(`${KEY}.models`) ?? {};
      keep(`${KEY}.models`, { ...all, [this.#model.name]: { template: $('template').value, thinking: $('thinking').checked } });
      this.#showFormat();
    }
  }

  #showFormat() {
    $('thinking-line').hidden = !this.#canThink;
    $('no-template').hidden = !this.needsTemplate;
    this.onFormat();
  }

  get #canThink() {
    return Boolean(this.#model?.thinkingSwitch) && $('template').value === 'auto';
  }

  /** Whether a template must be chosen before the model can be asked. */
  get needsTemplate() {
    return this.#model?.chatTemplate === null && this.#model.kind !== 'embedding' && $('template').value === 'auto';
  }

  /** Whether what is written is a text to go on with, not a message. */
  get continuesText() {
    return $('template').value === 'none';
  }

  #theme(name) {
    document.documentElement.dataset.theme = name;
  }

  #show(values) {
    for (const field of this.#fields) {
      field.value = values[field.name] ?? '';
    }
  }

  #read() {
    return Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
  }

  /** The system prompt, or an empty text. */
  get system() {
    return this.#read().system.trim();
  }

  /** The parameters of a request. Empty fields are left to the engine. */
  get request() {
    const { system, ...numbers } = this.#read();
    const thinking = this.#canThink ? { chat_template_kwargs: { enable_thinking: $('thinking').checked } } : {};
    const given = Object.entries(numbers).filter(([, value]) => value !== '').map(([name, value]) => [name, Number(value)]);
    const template = this.continuesText ? {} : { template: $('template').value };
    return { ...template, ...thinking, ...Object.fromEntries(given) };
  }
}
