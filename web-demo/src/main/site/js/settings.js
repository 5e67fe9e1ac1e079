import { $, element } from './dom.js';

const KEY = 'wasm-chord.settings';
const DEFAULTS = { system: '', temperature: '0.7', top_p: '0.95', top_k: '40', min_p: '0.05', repetition_penalty: '1', max_tokens: '512', seed: '' };

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // without storage the choice lasts as long as the page
  }
}

/** The settings dialog: sampling, system prompt, theme, and each model's template, kept between visits. */
export class Settings {
  #fields = [...$('sampling').querySelectorAll('[name]')];
  #model = null; // what is known of the current one

  /** Called when the choice of a template changed. */
  onFormat = () => {};

  constructor() {
    this.#show({ ...DEFAULTS, ...stored(KEY) });
    $('sampling').addEventListener('input', () => store(KEY, this.#read()));
    $('reset-settings').addEventListener('click', () => {
      this.#show(DEFAULTS);
      store(KEY, DEFAULTS);
    });
    $('open-settings').addEventListener('click', () => $('settings').showModal());
    for (const id of ['template', 'thinking']) {
      $(id).addEventListener('change', () => this.#formatChanged());
    }
    this.#offerPresets();
    this.#theme(stored(`${KEY}.theme`) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
    $('theme').addEventListener('click', () => {
      this.#theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
      store(`${KEY}.theme`, document.documentElement.dataset.theme);
    });
  }

  /** The presets as buttons, and none, for a model without a template. */
  #offerPresets() {
    for (const { value, label } of [...$('template').options].filter((option) => option.value !== 'auto')) {
      const button = element('button', '', label);
      button.type = 'button';
      button.addEventListener('click', () => {
        $('template').value = value;
        this.#formatChanged();
        $('composer-input').focus();
      });
      $('presets').append(button);
    }
  }

  /** Shows what was chosen for a model, or its defaults. */
  showModel(info) {
    this.#model = info;
    const { template = 'auto', thinking = true } = stored(`${KEY}.models`)?.[info.name] ?? {};
    $('template').options[0].label = info.chatTemplate === null ? 'none in the file: choose one' : 'Model\'s own';
    $('template').value = template;
    $('thinking').checked = thinking;
    this.#showFormat();
  }

  #formatChanged() {
    if (this.#model) {
      const all = stored(`${KEY}.models`) ?? {};
      store(`${KEY}.models`, { ...all, [this.#model.name]: { template: $('template').value, thinking: $('thinking').checked } });
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
