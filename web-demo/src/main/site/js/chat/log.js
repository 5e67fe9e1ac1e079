import { $ } from '../base/dom.js';
import { Announcer } from './announcer.js';
import { LiveAnswer } from './live-answer.js';
import { editor, footer, pastMessage } from './message.js';

const NEAR = 40; // pixels from the end that count as the end

/** The messages on the page: those of the branch that is shown. Text is only ever set as text, or cleaned. */
export class ChatLog {
  #log = $('conversation');
  #announcer = new Announcer();
  #articles = new Map(); // by the message's id
  #actions;
  #pinned = true; // at the end, so new text scrolls into view
  #top = 0;

  /** @param {{ show: (id: string) => void, again: (message: object) => void, edited: (message: object, text: string) => void }} actions */
  constructor({ show, again, edited }) {
    this.#actions = { show, again, edit: (message) => editor(this.#articles.get(message.id), message, (text) => edited(message, text)) };
    // Only a reader scrolls up. The event of a scroll of ours may come when more text has been added, far from the end.
    this.#log.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#log;
      if (scrollHeight - scrollTop - clientHeight < NEAR) {
        this.#pinned = true;
      } else if (scrollTop < this.#top) {
        this.#pinned = false;
      }
      this.#top = scrollTop;
    });
    new ResizeObserver(() => this.#scroll()).observe(this.#log);
  }

  /** Shows the messages of a tree's branch, those that are shown already as they are. */
  show(tree) {
    const path = tree.path();
    const next = new Map();
    for (const message of path) {
      const versions = this.#versions(tree, message);
      const old = this.#articles.get(message.id);
      if (old) {
        old.querySelector('footer')?.replaceWith(footer(message, versions, this.#actions));
      }
      next.set(message.id, old ?? pastMessage(message, versions, this.#actions));
    }
    this.#log.querySelectorAll('.message').forEach((node) => node.remove());
    this.#log.append(...next.values());
    this.#articles = next;
    $('welcome').hidden = path.length > 0;
    this.toEnd();
  }

  #versions(tree, message) {
    const ids = tree.siblings(message.id);
    return { ids, at: ids.indexOf(message.id) };
  }

  /** Shows a message anew that has changed. */
  refresh(message, tree) {
    const node = pastMessage(message, this.#versions(tree, message), this.#actions);
    this.#articles.get(message.id)?.replaceWith(node);
    this.#articles.set(message.id, node);
  }

  /** Begins an answer below the last message. */
  beginAnswer() {
    this.#announcer.begin();
    const answer = new LiveAnswer(this.#announcer, () => this.#scroll());
    this.#log.append(answer.node);
    $('welcome').hidden = true;
    this.toEnd();
    return answer;
  }

  /** Puts an answer that has ended in its place. */
  place(answer, message, tree) {
    answer.node.append(footer(message, this.#versions(tree, message), this.#actions));
    this.#articles.set(message.id, answer.node);
    this.#scroll();
  }

  /** Goes to the last message, and stays there as text comes. */
  toEnd() {
    this.#pinned = true;
    this.#scroll();
  }

  #scroll() {
    if (this.#pinned) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }
}
