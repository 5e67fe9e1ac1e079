import { blocks, render } from './markdown.js';

const SMALL = 2000; // characters that are rendered anew with each frame
const GROWTH = 1.25; // a longer tail is rendered when it has grown by so much
const FENCE = /^ {0,3}(`{3,}|~{3,})[^`\n]*\n/;

/**
 * Markdown that grows. Blocks that are whole are rendered once and stay as they are, so text that a reader selects stays selected. Only the
 * last block is rendered again as it grows: each time while it is short, and then whenever it is longer by a quarter, with the text
 * between as it is. So the work grows with the text's length and not with its square. A block of code takes its text as it comes.
 */
export class StreamingMarkdown {
  #host;
  #tail = document.createElement('div'); // of the last block
  #text = '';
  #settled = 0; // characters whose blocks are whole
  #rendered = 0; // characters that the tail shows
  #atRender = 0; // the tail's length when it was rendered
  #code = null; // of the code block that is open

  /** @param {Element} host what the text is shown in */
  constructor(host) {
    this.#host = host;
    this.#tail.className = 'tail';
    host.append(this.#tail);
  }

  /** All of the text so far. */
  get text() {
    return this.#text;
  }

  /** @param {string} piece what comes next */
  append(piece) {
    this.#text += piece;
    const tail = this.#text.slice(this.#settled);
    if (this.#code && this.#appendCode(tail)) {
      return;
    }
    if (tail.length < SMALL || tail.length >= this.#atRender * GROWTH) {
      this.#renderTail(tail);
    } else {
      this.#tail.append(tail.slice(this.#rendered));
      this.#rendered = tail.length;
    }
  }

  /** Whether the open code block takes what has come; its end may be in it. */
  #appendCode(tail) {
    const { node, closing, from } = this.#code;
    const line = tail.lastIndexOf('\n') + 1;
    if (closing.test(tail.slice(Math.max(from, tail.lastIndexOf('\n', this.#rendered - 1) + 1)))) {
      return false;
    }
    const held = /^ {0,3}[`~]*$/.test(tail.slice(line)) ? line : tail.length; // the fence's beginning, perhaps
    const start = Math.max(this.#rendered, from);
    if (held > start) {
      node.append(tail.slice(start, held));
      this.#rendered = held;
    }
    return true;
  }

  /** The whole blocks of the tail are settled, the last one is shown anew. */
  #renderTail(tail) {
    this.#code = null;
    const tokens = blocks(tail);
    let length = 0;
    const last = tokens?.findLastIndex((token) => token.type !== 'space') ?? -1;
    if (last > 0 && tokens[last].raw.includes('\n')) {
      length = tokens.slice(0, last).reduce((sum, token) => sum + token.raw.length, 0);
      if (tail.startsWith(tokens.slice(0, last).map((token) => token.raw).join(''))) {
        this.#tail.before(render(tail.slice(0, length)));
        this.#settled += length;
      } else {
        length = 0; // the reader of Markdown has changed the text, such as its line ends
      }
    }
    const rest = tail.slice(length);
    this.#tail.replaceChildren(render(rest));
    this.#rendered = rest.length;
    this.#atRender = rest.length;
    this.#openCode(rest);
  }

  #openCode(rest) {
    const fence = FENCE.exec(rest);
    const node = fence && this.#tail.querySelector('pre code');
    if (node) {
      const from = fence[0].length;
      const closing = new RegExp(`^ {0,3}${fence[1][0]}{${fence[1].length},}[ \\t]*(?:\\n|$)`, 'm');
      if (!closing.test(rest.slice(from))) {
        this.#code = { node, closing, from };
        node.textContent = '';
        this.#rendered = from;
        this.#appendCode(rest);
      }
    }
  }

  /** No more text comes. Where later text gives an earlier one another meaning, as definitions of links do, all is rendered again. */
  end() {
    const whole = render(this.#text);
    this.#tail.replaceWith(render(this.#text.slice(this.#settled)));
    const same = this.#host.childNodes.length === whole.childNodes.length
        && [...this.#host.childNodes].every((node, i) => node.isEqualNode(whole.childNodes[i]));
    if (!same) {
      this.#host.replaceChildren(whole);
    }
  }
}
