import { WasmChordError } from '../errors.js';
import { gone, hold, lineOf, nobody, shareOf } from './names.js';

const NONE = new WasmChordError('no_engine', 'no open page has the engine; open the page that shares it');
const LOST = new WasmChordError('engine_lost', 'the tab that had the engine was closed while it answered; ask again: the next tab has it now');

/** An error as OpenAI's interface has it. */
const shape = ({ code, message }) => JSON.stringify({ error: { message, type: 'server_error', param: null, code } });

/** One attempt to have a request answered by the tab that leads. */
class Call {
  #share;
  #asker;
  #signal;
  #id = crypto.randomUUID();
  #line;
  #letGo = () => {};
  #over = new AbortController(); // of the waits for locks
  #watched = null;
  /** @type {(response: ?Response) => void} */
  #resolve;
  #reject;
  #controller = null;
  #closed;
  /** Resolves once all of the answer was read, or nobody wants it any more. */
  closed = new Promise((resolve) => { this.#closed = resolve; });

  constructor(share, asker, signal) {
    this.#share = share;
    this.#asker = asker;
    this.#signal = signal;
  }

  /** The answer; null where who was to give it has gone, and no part of it has come. */
  async answer(request) {
    const name = lineOf(this.#share, this.#id);
    this.#letGo = await hold(name);
    this.#line = new BroadcastChannel(name);
    this.#line.onmessage = ({ data }) => this.#hear(data);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#signal?.addEventListener('abort', this.#abort);
      nobody(this.#share, this.#over.signal).then(() => this.#watched || this.#fail(NONE)); // who was watched has gone, which is told apart
      if (this.#signal?.aborted) {
        this.#abort();
      } else {
        this.#asker.post(this.#id, { ask: this.#id, ...request });
      }
    });
  }

  /** @param {{taken?: string, head?: ResponseInit, body?: string, piece?: Uint8Array<ArrayBuffer>, end?: boolean}} said */
  #hear({ taken, head, body, piece, end }) {
    if (taken) {
      this.#asker.taken(this.#id);
      this.#watch(taken);
    } else if (head) {
      this.#resolve(new Response(body ?? this.#stream(), head));
      if (body !== undefined) {
        this.#close();
      }
    } else if (piece) {
      this.#controller.enqueue(piece);
    } else if (end) {
      this.#controller.close();
      this.#close();
    }
  }

  /** Waits for the end of who has the request. */
  #watch(leader) {
    this.#watched?.abort();
    const watched = new AbortController();
    this.#watched = watched;
    gone(leader, watched.signal).then(() => {
      if (this.#controller) {
        this.#controller.enqueue(new TextEncoder().encode(`data: ${shape(LOST)}\n\n`)); // as servers tell of errors that come late
        this.#controller.close();
      }
      this.#resolve(null);
      this.#close();
    });
  }

  #stream() {
    return new ReadableStream({
      start: (controller) => { this.#controller = controller; },
      pull: () => this.#line.postMessage({ pull: true }),
      cancel: () => this.#leave(),
    }, { highWaterMark: 0 });
  }

  #abort = () => {
    this.#leave();
    this.#fail(this.#signal.reason);
  };

  #leave() {
    this.#line.postMessage({ leave: true });
    this.#close();
  }

  #fail(error) {
    this.#controller?.error(error);
    this.#reject(error);
    this.#close();
  }

  #close() {
    this.#asker.taken(this.#id);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#over.abort();
    this.#watched?.abort();
    this.#line.close();
    this.#letGo();
    this.#closed();
  }
}

/** Asks the tab that has a share's engine. */
export class Asker {
  #share;
  #channel;
  #untaken = new Map(); // what nobody has taken on yet, by id

  constructor(name) {
    this.#share = shareOf(name);
    this.#channel = new BroadcastChannel(this.#share);
    this.#channel.onmessage = ({ data }) => {
      if (data.leads) { // and has not heard what was asked before
        this.#untaken.forEach((request) => this.#channel.postMessage(request));
      }
    };
  }

  post(id, request) {
    this.#untaken.set(id, request);
    this.#channel.postMessage(request);
  }

  taken(id) {
    this.#untaken.delete(id);
  }

  /**
   * As fetch. A request is asked again where the tab that had it went before any part of the answer came.
   *
   * @param {RequestInfo | URL} input
   * @param {RequestInit} [init]
   * @param {(closed: Promise<void>) => void} [meanwhile] is told how long the answer takes
   */
  async fetch(input, init, meanwhile = () => {}) {
    const request = new Request(input, init);
    const signal = init?.signal ?? request.signal;
    const body = await request.text();
    const asked = { method: request.method, path: new URL(request.url).pathname, body: body === '' ? null : body };
    for (;;) {
      const call = new Call(this.#share, this, signal);
      meanwhile(call.closed);
      try {
        const response = await call.answer(asked);
        if (response) {
          return response;
        }
      } catch (error) {
        if (error instanceof WasmChordError) {
          return new Response(shape(error), { status: 503, headers: { 'Content-Type': 'application/json', 'x-should-retry': 'false' } });
        }
        throw error;
      }
    }
  }

  close() {
    this.#channel.close();
  }
}
