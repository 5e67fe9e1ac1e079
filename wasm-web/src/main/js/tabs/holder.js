import { gone, hold, lineOf, shareOf } from './names.js';

/** Answers what tabs ask, while this one leads. */
export class Holder {
  #share;
  #fetch;
  #channel;
  #end; // the lock that is free once this tab has gone
  #letGo = [];
  #taken = new Set();

  /**
   * @param {string} name of the share
   * @param {typeof fetch} answer what gives the answers
   */
  constructor(name, answer) {
    this.#share = shareOf(name);
    this.#end = lineOf(this.#share, crypto.randomUUID());
    this.#fetch = answer;
  }

  /** Waits until this tab leads, and begins to answer. */
  async lead(signal) {
    this.#letGo.push(await hold(this.#share, signal));
    this.#letGo.unshift(await hold(this.#end)); // which goes first: a tab is lost before another leads
    this.#channel = new BroadcastChannel(this.#share);
    this.#channel.onmessage = ({ data }) => {
      if (data.ask && !this.#taken.has(data.ask)) {
        this.#taken.add(data.ask);
        this.#answer(data);
      }
    };
    this.#channel.postMessage({ leads: true });
  }

  async #answer({ ask, method, path, body }) {
    const name = lineOf(this.#share, ask);
    const line = new BroadcastChannel(name);
    const left = new AbortController();
    const over = new AbortController();
    const ended = new Promise((resolve) => left.signal.addEventListener('abort', resolve));
    let pull = () => {};
    line.onmessage = ({ data }) => {
      if (data.leave) {
        left.abort();
      } else {
        pull();
      }
    };
    gone(name, over.signal).then(() => left.abort());
    line.postMessage({ taken: this.#end });
    try {
      const response = await this.#fetch(`http://engine${path}`, { method, body, signal: left.signal });
      const head = { status: response.status, headers: [...response.headers] };
      if (!head.headers.some(([key, value]) => key === 'content-type' && value === 'text/event-stream')) {
        line.postMessage({ head, body: await response.text() });
        return;
      }
      const reader = response.body.getReader();
      pull = async () => {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
        if (!left.signal.aborted) {
          line.postMessage(done ? { end: true } : { piece: value });
        }
        if (done) {
          left.abort();
        }
      };
      line.postMessage({ head });
      await ended;
    } catch {
      // who asked has left
    } finally {
      over.abort();
      line.close();
      this.#taken.delete(ask);
    }
  }

  close() {
    this.#channel?.close();
    this.#letGo.forEach((letGo) => letGo());
  }
}
