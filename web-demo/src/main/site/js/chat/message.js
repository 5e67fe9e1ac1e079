import { button, copyFrom, element, iconButton } from '../base/dom.js';
import { icon } from '../base/icons.js';
import { render } from './markdown.js';
import { Thoughts } from './thoughts.js';
import { toolCard } from './tool-card.js';
import { tokenView } from './token-view.js';

/** An article for a message of this role, with the element that its content goes into. */
export function article(role) {
  const node = element('article', `message ${role}`);
  node.setAttribute('aria-label', role === 'user' ? 'You' : 'Answer');
  const content = element('div', 'content');
  content.dir = 'auto';
  node.append(content);
  return { node, content };
}

/** The names of the documents that came with a question. */
function documentList(documents) {
  const list = element('ul', 'documents');
  for (const { name, note } of documents) {
    const item = element('li', '', note ? `${name}, ${note}` : name);
    item.prepend(icon('file'));
    list.append(item);
  }
  return list;
}

/** Which of several messages at this place is shown, with buttons for the one before and the next. */
function switcher({ ids, at }, show) {
  const node = element('span', 'switcher');
  const before = iconButton('left', 'Version before', () => show(ids[at - 1]));
  const next = iconButton('right', 'Next version', () => show(ids[at + 1]));
  before.disabled = at === 0;
  next.disabled = at === ids.length - 1;
  node.append(before, element('span', '', `${at + 1} of ${ids.length}`), next);
  return node;
}

/**
 * The line below a message.
 *
 * @param {object} message
 * @param {{ ids: string[], at: number }} versions the messages at this place, and which of them this is
 * @param {{ show: (id: string) => void, again: (message: object) => void, edit: (message: object) => void }} actions
 */
export function footer(message, versions, actions) {
  const node = element('footer');
  if (versions.ids.length > 1) {
    node.append(switcher(versions, actions.show));
  }
  if (message.content) {
    node.append(iconButton('copy', 'Copy', (event) => copyFrom(event.currentTarget, message.content)));
  }
  if (message.role === 'user') {
    node.append(iconButton('edit', 'Edit, as another branch', () => actions.edit(message)));
  } else {
    node.append(iconButton('again', 'Answer again', () => actions.again(message)));
    if (message.tokens) {
      node.append(tokenButton(message, node));
    }
    const said = [message.speed, message.note].filter(Boolean).join(' · ');
    if (said) {
      node.append(element('span', 'note', said));
    }
  }
  return node;
}

/** Shows an answer as its tokens, and as text again. */
function tokenButton(message, line) {
  const toggle = iconButton('tokens', 'Show tokens', () => {
    const content = line.parentElement.querySelector('.content');
    const shown = toggle.getAttribute('aria-pressed') === 'true';
    toggle.setAttribute('aria-pressed', String(!shown));
    content.replaceChildren(shown ? render(message.content) : tokenView(message.tokens));
  });
  toggle.setAttribute('aria-pressed', 'false');
  return toggle;
}

/** A message that is whole. */
export function pastMessage(message, versions, actions) {
  const { node, content } = article(message.role);
  if (message.role === 'user') {
    content.textContent = message.content; // as it was written
    if (message.documents?.length) {
      content.after(documentList(message.documents));
    }
  } else {
    content.append(message.content ? render(message.content) : '…');
    if (message.reasoning_content) {
      Thoughts.past(content, message.reasoning_content);
    }
    for (const [call, result] of callsOf(message.steps ?? [])) {
      content.before(toolCard(call.function.name, call.function.arguments, result));
    }
  }
  node.append(footer(message, versions, actions));
  return node;
}

/** The calls of an answer's steps, each with what the tool said. */
function callsOf(steps) {
  const results = new Map(steps.filter(({ role }) => role === 'tool').map((step) => [step.tool_call_id, step.content]));
  return steps.flatMap((step) => (step.tool_calls ?? []).map((call) => [call, results.get(call.id) ?? '']));
}

/** Puts a field into a question's place, to change it. */
export function editor(node, message, done) {
  const form = element('form', 'editor');
  const input = element('textarea');
  input.value = message.content;
  input.rows = Math.min(10, message.content.split('\n').length + 1);
  input.dir = 'auto';
  input.setAttribute('aria-label', 'Changed message');
  const hidden = [...node.children];
  const close = () => {
    form.remove();
    hidden.forEach((child) => { child.hidden = false; });
    node.classList.remove('editing');
  };
  const send = element('button', 'primary', 'Send');
  form.append(input, button('quiet', 'Cancel', close), send);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim()) {
      close();
      done(input.value.trim());
    }
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  hidden.forEach((child) => { child.hidden = true; });
  node.classList.add('editing');
  node.append(form);
  input.focus();
}
