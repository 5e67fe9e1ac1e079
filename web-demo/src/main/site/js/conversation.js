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
    this.#summary.addEventListener('click', () => { this.#touched = true; });
    this.#details.append(this.#summary, this.#body);
    content.before(this.#details);
  }

  append(piece) {
    this.text += piece;
    this.#body.textContent = this.text;
  }

  end() {
    if (!this.#ended) {
      this.#ended = true;
      this.#summary.textContent = `Thought for ${Math.max(1, Math.round((performance.now() - this.#began) / 1000))} s`;
      this.#details.open = this.#touched && this.#details.open;
    }
  }
}

/** The messages on the page. Text is only ever set as text. */
export class Conversation {
  #log = $('conversation');
  #pinned = true; // at the bottom, so new text scrolls into view

  constructor() {
    this.messages = [];
    this.#log.addEventListener('scroll', () => {
      this.#pinned = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    });
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
    return {
      get begun() {
        return text !== '' || thoughts !== null;
      },
      think: (piece) => {
        thoughts ??= new Thoughts(content);
        thoughts.append(piece);
        this.#scroll();
      },
      append: (piece) => {
        thoughts?.end();
        text += piece;
        content.textContent = text;
        this.#scroll();
      },
      end: (note) => {
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
