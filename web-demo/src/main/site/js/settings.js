import { $ } from './dom.js';

const KEY = 'wasm-chord.settings';
const DEFAULTS = { system: '', temperature: '0.7', top_p: '0.95', top_k: '40', min_p: '0.05', repetition_penalty: '1', max_tokens: '512', seed: '', template: 'auto' };

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

/** The settings dialog: sampling, system prompt and theme, kept between visits. */
export class Settings {
  #fields = [...$('sampling').querySelectorAll('[name]')];

  constructor() {
    this.#show({ ...DEFAULTS, ...stored(KEY) });
    $('sampling').addEventListener('input', () => store(KEY, this.#read()));
    $('reset-settings').addEventListener('click', () => {
      this.#show(DEFAULTS);
      store(KEY, DEFAULTS);
    });
    $('open-settings').addEventListener('click', () => $('settings').showModal());
    this.#theme(stored(`${KEY}.theme`) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
    $('theme').addEventListener('click', () => {
      this.#theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
      store(`${KEY}.theme`, document.documentElement.dataset.theme);
    });
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
    const { system, template, ...numbers } = this.#read();
    const given = Object.entries(numbers).filter(([, value]) => value !== '').map(([name, value]) => [name, Number(value)]);
    return { template, ...Object.fromEntries(given) };
  }
}
