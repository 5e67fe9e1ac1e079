import { element } from '../base/dom.js';

/** What a model thinks before it answers: open while it comes, unless the reader decides otherwise. */
export class Thoughts {
  #details = element('details', 'reasoning');
  #summary = element('summary', '', 'Thinking…');
  #body = element('div', 'thoughts');
  #began = performance.now();
  #ended = false;
  #touched = false;
  text = '';

  /** @param {Element} content the answer, before which the thoughts are shown */
  constructor(content) {
    this.#details.open = true;
    this.#body.dir = 'auto';
    this.#summary.addEventListener('click', () => { this.#touched = true; });
    this.#details.append(this.#summary, this.#body);
    content.before(this.#details);
  }

  /** Those of an answer from before, closed. */
  static past(content, text) {
    const thoughts = new Thoughts(content);
    thoughts.append(text);
    thoughts.#ended = true;
    thoughts.#summary.textContent = 'Thoughts';
    thoughts.#details.open = false;
  }

  /** @param {string} piece what was thought since the last frame */
  append(piece) {
    this.text += piece;
    this.#body.append(piece);
  }

  end() {
    if (!this.#ended) {
      this.#ended = true;
      this.#summary.textContent = `Thought for ${Math.max(1, Math.round((performance.now() - this.#began) / 1000))} s`;
      this.#details.open = this.#touched && this.#details.open;
    }
  }
}
