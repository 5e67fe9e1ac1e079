import { MessageTree } from '../chat/tree.js';

const FORMAT = 'wasm-chord.conversations';
const VERSION = 1;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_TITLE = 200;
const ROLES = ['user', 'assistant'];
const STEP_ROLES = ['assistant', 'tool'];

/** A file that holds no conversations; the message names the place and what to do. */
export class ImportError extends Error {}

/** Conversations as the text of a file. */
export function exported(conversations) {
  return JSON.stringify({ format: FORMAT, version: VERSION, conversations }, null, 1);
}

function need(condition, place, what) {
  if (!condition) {
    throw new ImportError(`${place} ${what}. Choose a file that this page has exported.`);
  }
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTime = (value) => Number.isFinite(value) && value >= 0;

function documentsOf(list, place) {
  need(Array.isArray(list), place, 'is no list');
  return list.map((given, i) => {
    need(isObject(given) && typeof given.name === 'string' && typeof given.text === 'string', `${place}[${i}]`, 'has no name and text');
    return { name: given.name, text: given.text };
  });
}

/** A step of an answer: a call of tools, or what a tool said. */
function stepsOf(list, place) {
  need(Array.isArray(list), place, 'is no list');
  return list.map((given, i) => {
    const at = `${place}[${i}]`;
    need(isObject(given) && STEP_ROLES.includes(given.role), `${at}.role`, `is none of ${STEP_ROLES.join(', ')}`);
    need(given.content === null || typeof given.content === 'string', `${at}.content`, 'is no text');
    if (given.role === 'tool') {
      need(typeof given.tool_call_id === 'string', `${at}.tool_call_id`, 'is no text');
      return { role: 'tool', content: given.content ?? '', tool_call_id: given.tool_call_id };
    }
    need(Array.isArray(given.tool_calls), `${at}.tool_calls`, 'is no list');
    const calls = given.tool_calls.map((call, j) => {
      const f = call?.function;
      need(typeof call?.id === 'string' && typeof f?.name === 'string' && typeof f?.arguments === 'string', `${at}.tool_calls[${j}]`, 'has no id, name and arguments');
      return { id: call.id, type: 'function', function: { name: f.name, arguments: f.arguments } };
    });
    return { role: 'assistant', content: given.content, tool_calls: calls };
  });
}

function nodeOf(given, place, before) {
  need(isObject(given), place, 'is no message');
  need(typeof given.id === 'string' && given.id.length <= 100 && !before.has(given.id), `${place}.id`, 'is no text of its own');
  need(given.parent === null || before.has(given.parent), `${place}.parent`, 'names no message before it');
  need(ROLES.includes(given.role), `${place}.role`, `is none of ${ROLES.join(', ')}`);
  need((before.get(given.parent) ?? 'assistant') !== given.role, `${place}.role`, 'is that of the message above it, or no question comes first');
  need(typeof given.content === 'string', `${place}.content`, 'is no text');
  const node = { id: given.id, parent: given.parent, role: given.role, content: given.content };
  for (const name of ['reasoning_content', 'note', 'speed']) {
    if (given[name] !== undefined) {
      need(typeof given[name] === 'string', `${place}.${name}`, 'is no text');
      node[name] = given[name];
    }
  }
  if (given.documents !== undefined) {
    node.documents = documentsOf(given.documents, `${place}.documents`);
  }
  if (given.steps !== undefined) {
    node.steps = stepsOf(given.steps, `${place}.steps`);
  }
  return node;
}

function conversationOf(given, place) {
  need(isObject(given), place, 'is no conversation');
  need(typeof given.title === 'string', `${place}.title`, 'is no text');
  need(isTime(given.created) && isTime(given.changed), `${place}.created`, 'and .changed are no times');
  need(Array.isArray(given.nodes), `${place}.nodes`, 'is no list');
  const before = new Map(); // roles by id
  const nodes = given.nodes.map((node, i) => {
    const made = nodeOf(node, `${place}.nodes[${i}]`, before);
    before.set(made.id, made.role);
    return made;
  });
  const { leaf } = MessageTree.of(nodes, given.leaf);
  return { title: given.title.slice(0, MOST_TITLE), created: given.created, changed: given.changed, nodes, leaf };
}

/**
 * The conversations of a file. Only what this page knows is taken from it, and each part is checked.
 *
 * @param {Blob} file
 * @throws {ImportError} that names the first part that is wrong
 */
export async function imported(file) {
  need(file.size <= MOST_BYTES, 'The file', 'is larger than 64 MB');
  let value;
  try {
    value = JSON.parse(await file.text());
  } catch {
    need(false, 'The file', 'is no JSON');
  }
  need(isObject(value) && value.format === FORMAT, 'format', `is not ${FORMAT}`);
  need(value.version === VERSION, 'version', `is ${JSON.stringify(value.version)}; this page reads version ${VERSION}`);
  need(Array.isArray(value.conversations), 'conversations', 'is no list');
  return value.conversations.map((given, i) => conversationOf(given, `conversations[${i}]`));
}
