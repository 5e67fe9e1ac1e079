import { $ } from '../base/dom.js';
import { keep, kept } from '../base/kept.js';

const KEY = 'wasm-chord.form';

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0, maximum: 120 }, likes: { type: 'array', items: { type: 'string' }, maxItems: 3 } },
  required: ['name', 'age', 'likes'],
  additionalProperties: false,
};

/** An example of each form that wants a text. */
const EXAMPLES = {
  schema: JSON.stringify(PERSON, null, 2),
  regex: '(yes|no), because [a-z ]{5,60}\\.',
  grammar: 'root ::= item item item\nitem ::= "- " [A-Za-z ]{3,40} "\\n"',
};

/** What the request says of each form. */
const REQUESTS = {
  free: () => ({}),
  json: () => ({ response_format: { type: 'json_object' } }),
  schema: (text) => ({ response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: parsed(text), strict: true } } }),
  regex: (text) => ({ responseConstraint: expression(text) }),
  grammar: (text) => ({ grammar: text }),
};

/** What cannot be a form; the message says where. */
export class FormError extends Error {}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormError(`The JSON schema cannot be read: ${error.message}`);
  }
}

function expression(text) {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new FormError(error.message);
  }
}

/** The form that answers are held to: none, JSON, a schema, a regular expression or a grammar. */
export class AnswerForm {
  #texts = { ...EXAMPLES, ...kept(KEY) };

  /** Called when another form is chosen. */
  onChange = () => {};

  constructor() {
    $('form-kind').addEventListener('change', () => this.#show());
    $('form-text').addEventListener('input', () => {
      this.#texts[this.kind] = $('form-text').value;
      keep(KEY, this.#texts);
    });
    $('form-example').addEventListener('click', () => {
      $('form-text').value = EXAMPLES[this.kind];
      delete this.#texts[this.kind];
      keep(KEY, this.#texts);
      this.#texts = { ...EXAMPLES, ...this.#texts };
    });
    this.#show();
  }

  get kind() {
    return $('form-kind').value;
  }

  /** What it is called, or an empty text where answers are free. */
  get label() {
    return this.kind === 'free' ? '' : $('form-kind').selectedOptions[0].textContent;
  }

  #show() {
    const wants = this.kind in EXAMPLES;
    $('form-field').hidden = !wants;
    $('form-text').value = wants ? this.#texts[this.kind] : '';
    this.onChange();
  }

  /**
   * The parameters of a request.
   *
   * @throws {FormError} where the text is no such form
   */
  get request() {
    return REQUESTS[this.kind]($('form-text').value);
  }
}
