import { $, element } from '../base/dom.js';

const STEPS = [0.9, 0.6, 0.3, 0.1]; // of probability, each with a colour of its own

const percent = (logprob) => `${(100 * Math.exp(logprob)).toFixed(1)} %`;
const visible = (text) => text.replace(/\n/g, '⏎').replace(/ /g, '␣') || '∅';

/** The tokens of a chunk in the shape that is kept: text, log-probability, and the most likely ones at its place. */
export function tokensOf(logprobs) {
  return (logprobs?.content ?? []).map(({ token, logprob, top_logprobs }) => ({
    token, logprob, others: top_logprobs.map((other) => ({ token: other.token, logprob: other.logprob })),
  }));
}

/** The most likely tokens at a place, as a table. */
function alternatives({ token, logprob, others }) {
  const table = element('table');
  const all = others.some((other) => other.token === token) ? others : [...others, { token, logprob }];
  for (const other of all) {
    const row = element('tr', other.token === token ? 'chosen' : '');
    row.append(element('td', '', visible(other.token)), element('td', '', percent(other.logprob)));
    table.append(row);
  }
  return table;
}

/** Shows the alternatives below a token, within the window. */
function showAt(node, token) {
  const card = $('alternatives');
  card.replaceChildren(alternatives(token));
  card.hidden = false;
  const box = node.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = card;
  const below = box.bottom + 6 + offsetHeight < innerHeight;
  card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - offsetWidth - 8))}px`;
  card.style.top = `${below ? box.bottom + 6 : box.top - 6 - offsetHeight}px`;
}

/**
 * An answer as its tokens, coloured by how likely each was. The alternatives show on hover, and with the arrow keys.
 *
 * @param {{ token: string, logprob: number, others: { token: string, logprob: number }[] }[]} tokens
 */
export function tokenView(tokens) {
  const view = element('div', 'tokens');
  view.tabIndex = 0;
  view.setAttribute('role', 'group');
  view.setAttribute('aria-label', 'Tokens; the arrow keys go from one to the next');
  let at = -1;
  const nodes = tokens.map((token, i) => {
    const probability = Math.exp(token.logprob);
    const node = element('span', `token p${STEPS.filter((step) => probability < step).length}`, token.token);
    node.addEventListener('pointerenter', () => go(i));
    return node;
  });
  const go = (next) => {
    nodes[at]?.classList.remove('at');
    at = Math.max(0, Math.min(next, nodes.length - 1));
    nodes[at].classList.add('at');
    showAt(nodes[at], tokens[at]);
  };
  const leave = () => {
    $('alternatives').hidden = true;
    nodes[at]?.classList.remove('at');
  };
  view.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      go(at + step);
      const { token, logprob } = tokens[at];
      $('announcer').replaceChildren(element('p', '', `${token}: ${percent(logprob)}`));
    }
  });
  view.addEventListener('pointerleave', leave);
  view.addEventListener('blur', leave);
  view.append(...nodes);
  return view;
}
