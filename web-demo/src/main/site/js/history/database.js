const NAME = 'wasm-chord';
const HEADS = 'heads'; // what the list shows
const BODIES = 'bodies'; // the messages

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Conversations in the browser's database; in memory where the browser gives a page none. */
export class Database {
  #opened = null;
  #memory = { heads: new Map(), bodies: new Map() };

  /** Whether conversations outlast the page. */
  async lasting() {
    return await this.#open() !== null;
  }

  #open() {
    this.#opened ??= (async () => {
      try {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => [HEADS, BODIES].forEach((name) => request.result.createObjectStore(name, { keyPath: 'id' }));
        return await done(request);
      } catch {
        return null; // switched off, or of another version
      }
    })();
    return this.#opened;
  }

  /** Runs work on both stores at once; either all of it is kept or nothing. */
  async #both(mode, work, inMemory) {
    const db = await this.#open();
    if (!db) {
      return inMemory(this.#memory);
    }
    const transaction = db.transaction([HEADS, BODIES], mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await work(transaction.objectStore(HEADS), transaction.objectStore(BODIES));
    await ended;
    return result;
  }

  /** What the list shows of all conversations. */
  heads() {
    return this.#both('readonly', (heads) => done(heads.getAll()), ({ heads }) => [...heads.values()]);
  }

  /** The messages of a conversation, or null. */
  async body(id) {
    return await this.#both('readonly', (_, bodies) => done(bodies.get(id)), ({ bodies }) => bodies.get(id)) ?? null;
  }

  /** The messages of all conversations. */
  bodies() {
    return this.#both('readonly', (_, bodies) => done(bodies.getAll()), ({ bodies }) => [...bodies.values()]);
  }

  /** Keeps a conversation. Messages that another tab has added since are kept too: messages never change. */
  put(head, body) {
    const joined = (old) => {
      const own = new Set(body.nodes.map((node) => node.id));
      const others = (old?.nodes ?? []).filter((node) => !own.has(node.id));
      return { ...body, nodes: [...body.nodes, ...others] };
    };
    return this.#both('readwrite', async (heads, bodies) => {
      const next = joined(await done(bodies.get(head.id)));
      heads.put(head);
      bodies.put(next);
    }, ({ heads, bodies }) => {
      bodies.set(head.id, joined(bodies.get(head.id)));
      heads.set(head.id, head);
    });
  }

  /** Changes what the list shows of a conversation. */
  putHead(head) {
    return this.#both('readwrite', (heads) => done(heads.put(head)), ({ heads }) => heads.set(head.id, head));
  }

  remove(id) {
    return this.#both('readwrite', (heads, bodies) => {
      heads.delete(id);
      bodies.delete(id);
    }, ({ heads, bodies }) => {
      heads.delete(id);
      bodies.delete(id);
    });
  }
}
