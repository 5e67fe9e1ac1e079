import { $, element } from './dom.js';

/** What a model thinks before it answers: open while it comes, unless the reader decides otherwise. */
class Thoughts {
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

const ENDS = ['.', '!', '?', '\n', '\u3002', '\uFF01', '\uFF1F', '\u061F', '\u0964']; // of sentences

/**
 * Says an answer to screen readers, a sentence at a time: the conversation itself is not live, since a region whose text grows is read from
 * its start again and again.
 */
class Announcer {
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

const NEAR = 40; // pixels from the end that count as the end

/** The messages on the page. Text is only ever set as text. */
export class Conversation {
  #log = $('conversation');
  #announcer = new Announcer();
  #pinned = true; // at the end, so new text scrolls into view
  #top = 0;

  constructor() {
    this.messages = [];
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

  clear() {
    this.messages = [];
    this.#log.querySelectorAll('.message').forEach((node) => node.remove());
    $('welcome').hidden = false;
  }

  addUser(content) {
    this.messages.push({ role: 'user', content });
    this.#add('user').textContent = content;
    this.#pinned = true;
    this.#scroll();
  }

  /** Begins an answer; returns what extends and ends it, or takes it back together with its question. */
  addAssistant() {
    const question = this.#log.lastElementChild;
    const content = this.#add('assistant');
    const article = content.parentElement;
    article.classList.add('live');
    let text = '';
    let thoughts = null;
    const coming = { thought: '', text: '' }; // since the last frame
    const show = () => {
      if (coming.thought) {
        thoughts ??= new Thoughts(content);
        thoughts.append(coming.thought);
      }
      if (coming.text) {
        thoughts?.end();
        text += coming.text;
        content.append(coming.text);
        this.#announcer.add(coming.text);
      }
      coming.thought = '';
      coming.text = '';
      this.#scroll();
    };
    let frame = 0;
    const add = (kind, piece) => {
      coming[kind] += piece;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        show();
      });
    };
    this.#announcer.begin();
    return {
      get begun() {
        return text !== '' || thoughts !== null || coming.text !== '' || coming.thought !== '';
      },
      think: (piece) => add('thought', piece),
      append: (piece) => add('text', piece),
      end: (note) => {
        cancelAnimationFrame(frame);
        show();
        this.#announcer.end(note);
        article.classList.remove('live');
        thoughts?.end();
        if (text) {
          this.messages.push({ role: 'assistant', content: text, ...(thoughts ? { reasoning_content: thoughts.text } : {}) });
        } else {
          this.messages.pop(); // a question without an answer is left out of the history
          content.textContent = '…';
        }
        article.append(this.#footer(text, note || (text ? '' : 'The model gave no answer.')));
        this.#scroll();
      },
      withdraw: () => {
        cancelAnimationFrame(frame);
        const shown = article.isConnected;
        if (shown) {
          this.messages.pop();
          question.remove();
          article.remove();
        }
        return shown;
      },
    };
  }

  #add(role) {
    $('welcome').hidden = true;
    const article = element('article', `message ${role}`);
    article.setAttribute('aria-label', role === 'user' ? 'You' : 'Answer');
    const content = element('div', 'content');
    content.dir = 'auto';
    article.append(content);
    this.#log.append(article);
    return content;
  }

  #footer(text, note) {
    const footer = element('footer');
    const copy = element('button', 'quiet', 'Copy');
    copy.type = 'button';
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = 'Copied';
      } catch {
        copy.textContent = 'Select the text to copy it';
      }
    });
    footer.append(copy);
    if (note) {
      footer.append(element('span', '', note));
    }
    return footer;
  }

  #scroll() {
    if (this.#pinned) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }
}
