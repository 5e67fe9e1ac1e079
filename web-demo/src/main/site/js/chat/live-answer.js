import { article } from './message.js';
import { StreamingMarkdown } from './streaming-markdown.js';
import { Thoughts } from './thoughts.js';
import { finishCard, toolCard } from './tool-card.js';

/** An answer as it comes: what has come since the last frame is shown together. */
export class LiveAnswer {
  #announcer;
  #shown;
  #content;
  #markdown;
  #thoughts = null;
  #coming = { thought: '', text: '' };
  #frame = 0;
  #cards = new Map(); // of the tools that run

  /**
   * @param {import('./announcer.js').Announcer} announcer
   * @param {() => void} shown called when more is shown
   */
  constructor(announcer, shown) {
    const { node, content } = article('assistant');
    this.node = node;
    this.#content = content;
    this.#announcer = announcer;
    this.#shown = shown;
    this.#markdown = new StreamingMarkdown(content);
    node.classList.add('live');
  }

  get text() {
    return this.#markdown.text + this.#coming.text;
  }

  get thoughts() {
    return (this.#thoughts?.text ?? '') + this.#coming.thought;
  }

  /** Whether there is anything yet. */
  get begun() {
    return this.text !== '' || this.thoughts !== '' || this.#cards.size > 0;
  }

  think(piece) {
    this.#coming.thought += piece;
    this.#soon();
  }

  append(piece) {
    this.#coming.text += piece;
    this.#soon();
  }

  /** A tool begins to run. */
  call({ id, name, arguments: given }) {
    const card = toolCard(name, JSON.stringify(given), null);
    this.#cards.set(id, card);
    this.#content.before(card);
    this.#shown();
  }

  /** A tool has said something. */
  result({ id, name, content }) {
    finishCard(this.#cards.get(id), name, content);
  }

  /** What was said before a tool was called is no part of the answer. */
  restart() {
    this.#show();
    this.#content.replaceChildren();
    this.#markdown = new StreamingMarkdown(this.#content);
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  #show() {
    const { thought, text } = this.#coming;
    this.#coming = { thought: '', text: '' };
    if (thought) {
      this.#thoughts ??= new Thoughts(this.#content);
      this.#thoughts.append(thought);
    }
    if (text) {
      this.#thoughts?.end();
      this.#markdown.append(text);
      this.#announcer.add(text);
    }
    this.#shown();
  }

  /** @param {string} note how it has ended, where that is worth a word */
  end(note) {
    cancelAnimationFrame(this.#frame);
    this.#show();
    this.#markdown.end();
    this.#announcer.end(note);
    this.#thoughts?.end();
    this.node.classList.remove('live');
    if (!this.text) {
      this.#content.textContent = '…';
    }
  }

  /** Takes it off the page. */
  remove() {
    cancelAnimationFrame(this.#frame);
    this.node.remove();
  }
}
