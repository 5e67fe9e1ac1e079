import { MessageTree } from '../chat/tree.js';
import { Database } from './database.js';
import { exported, imported } from './exchange.js';

const MOST_TITLE = 60;
const CHANGED = 'changed';

/** A title of a first message: its first line, cut at a word. */
function titleOf(text) {
  const line = text.trim().split('\n', 1)[0];
  return line.length <= MOST_TITLE ? line : `${line.slice(0, MOST_TITLE).replace(/\s+\S*$/, '')}…`;
}

/** A message without its tokens, which are many and of use while it is read. */
const lasting = ({ tokens, ...message }) => message;

/** The conversations that are kept on this machine. A change in one tab shows in the others. */
export class Conversations {
  #database = new Database();
  #channel = new BroadcastChannel('wasm-chord.conversations');

  /** Called when another tab has changed the list. */
  onChange = () => {};

  constructor() {
    this.#channel.addEventListener('message', () => this.onChange());
  }

  /** Whether they outlast the page. */
  lasting() {
    return this.#database.lasting();
  }

  /** The one that was changed last comes first. */
  async list() {
    return (await this.#database.heads()).sort((a, b) => b.changed - a.changed);
  }

  /** Those whose title or messages have all words of a search. */
  async search(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = new Map((await this.#database.bodies()).map(({ id, nodes }) => [id, nodes.map((node) => node.content).join('\n').toLowerCase()]));
    return (await this.list()).filter(({ id, title }) => {
      const all = `${title.toLowerCase()}\n${texts.get(id) ?? ''}`;
      return wanted.every((word) => all.includes(word));
    });
  }

  /** A conversation's tree, or null where it is gone. */
  async tree(id) {
    const body = await this.#database.body(id);
    return body && MessageTree.of(body.nodes, body.leaf);
  }

  /** Keeps a conversation; returns what the list shows of it. */
  async keep(head, tree) {
    const now = Date.now();
    const kept = {
      id: head?.id ?? crypto.randomUUID(),
      title: head?.title ?? titleOf(tree.nodes[0]?.content ?? ''),
      created: head?.created ?? now,
      changed: now,
    };
    await this.#database.put(kept, { id: kept.id, nodes: tree.nodes.map(lasting), leaf: tree.leaf });
    this.#channel.postMessage(CHANGED);
    return kept;
  }

  async rename(head, title) {
    const next = { ...head, title: titleOf(title) || head.title };
    await this.#database.putHead(next);
    this.#channel.postMessage(CHANGED);
    return next;
  }

  /** Deletes a conversation; returns what brings it back. */
  async remove(head) {
    const body = await this.#database.body(head.id);
    await this.#database.remove(head.id);
    this.#channel.postMessage(CHANGED);
    return async () => {
      await this.#database.put(head, body);
      this.#channel.postMessage(CHANGED);
    };
  }

  /** The text of a file with these conversations, or with all of them. */
  async export(heads) {
    const chosen = heads ?? await this.list();
    const full = await Promise.all(chosen.map(async ({ id, title, created, changed }) => {
      const { nodes, leaf } = await this.#database.body(id);
      return { title, created, changed, nodes, leaf };
    }));
    return exported(full);
  }

  /** Adds the conversations of a file beside those that are there; returns how many. */
  async import(file) {
    const list = await imported(file);
    for (const { title, created, changed, nodes, leaf } of list) {
      const id = crypto.randomUUID();
      await this.#database.put({ id, title, created, changed }, { id, nodes, leaf });
    }
    this.#channel.postMessage(CHANGED);
    return list.length;
  }
}
