import DOMPurify from '../../vendor/dompurify/purify.es.mjs';
import { Lexer, Marked } from '../../vendor/marked/marked.esm.js';
import { button, copyFrom, element } from '../base/dom.js';

const MOST = 10_000; // characters of one block with marks in it
const MOST_OPEN = 40; // marks of a block that are never closed: the renderer's time grows with their square or worse
const DEEPEST = 6; // headings

/** What an answer may consist of. Everything else is left out, whatever the renderer makes of it. */
const ALLOWED = {
  ALLOWED_TAGS: ['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'h3', 'h4', 'h5', 'h6',
    'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ALLOWED_ATTR: ['href', 'class', 'align', 'start', 'title'],
  ADD_URI_SAFE_ATTR: ['align', 'start'], // which are no addresses
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };
const escaped = (text) => text.replace(/[&<>"']/g, (c) => ESCAPES[c]);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ raw }) => escaped(raw), // markup of a model is text
    image: ({ text, href }) => escaped(text || href), // nothing is fetched that a model names
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    heading({ tokens, depth }) {
      const level = Math.min(depth + 2, DEEPEST); // below those of the page
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
  },
});

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

/** Whether a block would take the renderer long: it is shown as it is. Models that go round in circles write such. */
function isTedious({ type, raw }) {
  if (type === 'code') {
    return false; // nothing in it has a meaning
  }
  const links = count(raw, /\]\(/g) - count(raw, /\]\([^()\n]*\)/g);
  const brackets = count(raw, /\[/g) - count(raw, /\]/g);
  const emphasis = count(raw, /(?<![\p{L}\p{N}*_~])[*_~]+(?=\S)/gu) - count(raw, /(?<=\S)[*_~]+(?![\p{L}\p{N}*_~])/gu);
  return raw.length > MOST || [links, brackets, emphasis].some((open) => open > MOST_OPEN);
}

/** The blocks of a text, each with its source; null where the text cannot be read as Markdown. */
export function blocks(text) {
  try {
    return new Lexer(marked.defaults).blockTokens(text);
  } catch {
    return null; // nested too deeply
  }
}

/** A code block gets its language as a title, and a button that copies it. */
function dressCode(pre) {
  const code = pre.querySelector('code') ?? pre;
  const figure = element('div', 'code');
  const head = element('div', 'code-head');
  const language = /(?:^|\s)language-([\w+#.-]{1,30})/.exec(code.className)?.[1] ?? '';
  head.append(element('span', '', language), button('quiet', 'Copy', (event) => copyFrom(event.currentTarget, code.textContent)));
  code.removeAttribute('class');
  pre.tabIndex = 0; // a long line is scrolled with the keyboard
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', language ? `Code in ${language}` : 'Code');
  pre.replaceWith(figure);
  figure.append(head, pre);
}

function dressTable(table) {
  const frame = element('div', 'table');
  frame.tabIndex = 0;
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', 'Table');
  table.replaceWith(frame);
  frame.append(table);
}

function dressLink(link) {
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.title = link.getAttribute('href') ?? ''; // where it leads, whatever its text says
}

/** A text as it is, where it cannot be shown otherwise. */
function plain(text) {
  const fragment = document.createDocumentFragment();
  fragment.append(element('div', 'plain', text));
  return fragment;
}

function cleaned(text) {
  try {
    return DOMPurify.sanitize(marked.parse(text), ALLOWED);
  } catch {
    return plain(text);
  }
}

/**
 * Markdown as a fragment of the page: by marked, with all markup of the text escaped, and then by DOMPurify, which leaves nothing but text,
 * lists, tables, code and links to the web.
 *
 * @param {string} text from a model, a file or an import; it is not trusted
 */
export function render(text) {
  const parts = blocks(text);
  if (!parts) {
    return plain(text);
  }
  const fragment = document.createDocumentFragment();
  let rest = '';
  for (const part of parts) {
    if (isTedious(part)) {
      fragment.append(cleaned(rest), plain(part.raw));
      rest = '';
    } else {
      rest += part.raw;
    }
  }
  fragment.append(cleaned(rest));
  fragment.querySelectorAll('pre').forEach(dressCode);
  fragment.querySelectorAll('table').forEach(dressTable);
  fragment.querySelectorAll('a').forEach(dressLink);
  for (const node of [...fragment.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE && !node.data.trim()) {
      node.remove(); // between blocks
    }
  }
  return fragment;
}
