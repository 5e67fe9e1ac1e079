import { $, element } from '../base/dom.js';

const ENDS = ['.', '!', '?', '\n', '\u3002', '\uFF01', '\uFF1F', '\u061F', '\u0964']; // of sentences

/**
 * Says an answer to screen readers, a sentence at a time: the conversation itself is not live, since a region whose text grows is read from
 * its start again and again.
 */
export class Announcer {
  #region = $('announcer');
  #rest = '';

  begin() {
    this.#region.replaceChildren();
    this.#rest = '';
  }

  add(text) {
    const end = Math.max(...ENDS.map((mark) => text.lastIndexOf(mark))) + 1;
    if (end > 0) {
      this.#say(this.#rest + text.slice(0, end));
      this.#rest = '';
    }
    this.#rest += text.slice(end);
  }

  end(note) {
    this.#say(`${this.#rest} ${note}`);
    this.#rest = '';
  }

  #say(text) {
    if (text.trim()) {
      this.#region.append(element('p', '', text.trim()));
    }
  }
}
