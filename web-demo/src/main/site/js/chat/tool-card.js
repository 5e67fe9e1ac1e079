import { element } from '../base/dom.js';

/** A call of a tool: what it was asked, and what it said. */
export function toolCard(name, given, result) {
  const node = element('details', 'tool-card');
  const summary = element('summary', '', result === null ? `Running ${name}…` : `Used ${name}`);
  const said = element('pre', '', result ?? '');
  said.tabIndex = 0; // a long line is scrolled with the keyboard
  node.append(summary, element('code', '', given), said);
  return node;
}

/** Shows what a tool that was running has said. */
export function finishCard(node, name, result) {
  node.querySelector('summary').textContent = `Used ${name}`;
  node.querySelector('pre').textContent = result;
}
