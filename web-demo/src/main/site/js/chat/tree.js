/**
 * The messages of a conversation as a tree: an answer that is asked for again, and a question that is changed, stand beside the ones before.
 * A message is `{ id, parent, role, content }` and what else belongs to it; `parent` is null for a first one. The leaf is the last message of
 * the branch that is shown.
 */
export class MessageTree {
  #nodes = new Map(); // in the order in which they were added, so a parent is before its children
  leaf = null;

  /**
   * @param {{ id: string, parent: string | null }[]} nodes parents before their children
   * @param {string | null} leaf
   */
  static of(nodes, leaf) {
    const tree = new MessageTree();
    nodes.forEach((node) => tree.#nodes.set(node.id, node));
    tree.leaf = tree.#nodes.has(leaf) ? leaf : nodes.at(-1)?.id ?? null;
    return tree;
  }

  get nodes() {
    return [...this.#nodes.values()];
  }

  get(id) {
    return this.#nodes.get(id) ?? null;
  }

  /** Adds a message below another one, and shows it. */
  add(parent, message) {
    const node = { ...message, id: crypto.randomUUID(), parent };
    this.#nodes.set(node.id, node);
    this.leaf = node.id;
    return node;
  }

  /** Takes a message back that has none below it. */
  remove(id) {
    const node = this.#nodes.get(id);
    this.#nodes.delete(id);
    if (this.leaf === id) {
      this.leaf = node.parent;
    }
  }

  /** The messages from the first to this one. */
  path(id = this.leaf) {
    const path = [];
    for (let node = this.get(id); node; node = this.get(node.parent)) {
      path.unshift(node);
    }
    return path;
  }

  /** The ids of the messages that stand at a message's place, itself among them, the oldest first. */
  siblings(id) {
    const { parent } = this.get(id);
    return this.nodes.filter((node) => node.parent === parent).map((node) => node.id);
  }

  /** Shows the branch through a message: as far as its newest messages go. */
  show(id) {
    let leaf = id;
    for (let next = id; next;) {
      leaf = next;
      next = this.nodes.findLast((node) => node.parent === leaf)?.id;
    }
    this.leaf = leaf;
  }

  /** What a model is given of the branch: a question without an answer is left out, and so is an empty answer with its question. */
  messages(id = this.leaf) {
    const path = this.path(id);
    const given = [];
    path.forEach((node, i) => {
      const next = path[i + 1];
      const answered = node.role === 'assistant' ? node.content !== '' : !next || (next.role === 'assistant' && next.content !== '');
      if (answered) {
        given.push(...(node.steps ?? []), said(node));
      }
    });
    return given;
  }
}

/** A message without what only the page needs. */
function said({ role, content, documents, reasoning_content }) {
  const given = (documents ?? []).map(({ name, text }) => `Document ${name}:\n\n${text}\n\n`).join('');
  return { role, content: given + content, ...(reasoning_content ? { reasoning_content } : {}) };
}
