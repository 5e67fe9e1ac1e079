import { $ } from '../base/dom.js';
import { AnswerForm } from './form.js';
import { ToolChoice } from './tools.js';

/** What a request says beside the conversation: sampling, the form of the answer, tools, and whether tokens are recorded. */
export class AnswerOptions {
  #settings;
  #form = new AnswerForm();
  #tools = new ToolChoice();

  /** @param {import('./settings.js').Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    this.#form.onChange = () => this.#say();
    this.#tools.onChange = () => this.#say();
    $('open-workbench').addEventListener('click', () => {
      const open = $('workbench').hidden;
      $('workbench').hidden = !open;
      $('open-workbench').setAttribute('aria-expanded', String(open));
    });
    this.#say();
  }

  /** Says on the button what is on. */
  #say() {
    $('workbench-label').textContent = [this.#form.label, this.#tools.label].filter(Boolean).join(', ') || 'Tools and form';
    $('open-workbench').classList.toggle('on', Boolean(this.#form.label || this.#tools.label));
  }

  /** The system prompt, or an empty text. */
  get system() {
    return this.#settings.system;
  }

  /** Parameters of sampling and of the template. */
  get sampling() {
    return this.#settings.request;
  }

  /** Whether the model goes on with a text rather than a conversation. */
  get continuesText() {
    return this.#settings.continuesText;
  }

  /** What the answer must be. Throws a `FormError` where that cannot be read. */
  get form() {
    return this.#form.request;
  }

  get tools() {
    return { tools: this.#tools.chosen, required: this.#tools.required };
  }

  /** Whether an answer's tokens are recorded with their alternatives. */
  get recordsTokens() {
    return $('record-tokens').checked;
  }
}
