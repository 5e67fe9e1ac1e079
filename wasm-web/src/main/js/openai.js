/*
 * OpenAI's HTTP interface without HTTP: a `fetch` whose other end is an engine of this page. Its shapes are those of the server (docs/server.md).
 */
import { WasmChordError } from './errors.js';

const OWNER = 'wasm-chord';

/** Errors that are not the request's fault, as HTTP has them. */
const STATUS = {
  busy: 429,
  internal: 500,
  generation_failed: 500,
  weights_unavailable: 500,
  worker_lost: 503,
  disposed: 503,
  out_of_memory: 503,
};

const TYPE = { 429: 'rate_limit_error', 500: 'server_error', 503: 'server_error' };

/** @typedef {import('./wasm-chord.js').WasmChord} Engine */

class Refused extends Error {
  constructor(status, code, message, param = null) {
    super(message);
    this.error = { status, code, param };
  }
}

function json(value, status = 200, headers = {}) {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** What a client is told of an error; `body` is the request, one of whose options a message may name; its `model` is never what is wrong. */
function told(error, body) {
  const { message } = error;
  if (error instanceof Refused) {
    const { status, ...rest } = error.error;
    return { status, error: { message, type: TYPE[status] ?? 'invalid_request_error', ...rest } };
  }
  const code = typeof error.code === 'string' ? error.code : 'internal'; // whichever copy of the module it comes from
  const status = code === 'internal' ? 500 : STATUS[code] ?? 400;
  const words = message.split(/\W+/);
  const param = status === 400 ? Object.keys(body ?? {}).find((name) => name !== 'model' && words.includes(name)) ?? null : null;
  return { status, error: { message, type: TYPE[status] ?? 'invalid_request_error', param, code } };
}

function failed(error, body) {
  const { status, error: shape } = told(error, body);
  // Only a full queue is another after a while.
  return json({ error: shape }, status, { 'x-should-retry': String(status === 429) });
}

/** Server-sent events of an answer's chunks. Whoever stops reading ends the answer. */
function events(chunks, body, signal) {
  const encoder = new TextEncoder();
  const each = chunks[Symbol.asyncIterator]();
  const event = (value) => encoder.encode(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await each.next();
        controller.enqueue(event(done ? '[DONE]' : value));
        if (done) {
          controller.close();
        }
      } catch (error) {
        if (signal?.aborted) {
          controller.error(signal.reason);
          return;
        }
        controller.enqueue(event({ error: told(error, body).error }));
        controller.close();
      }
    },
    async cancel() {
      await each.return?.();
    },
  }, { highWaterMark: 0 });
  return new Response(stream, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
}

/** What answers each path. */
const POST = {
  '/chat/completions': (/** @type {Engine} */ chord, params) => chord.chat.completions.create(params),
  '/completions': (/** @type {Engine} */ chord, params) => chord.completions.create(params),
  '/embeddings': (/** @type {Engine} */ chord, params) => chord.embeddings.create(params),
  '/rerank': (/** @type {Engine} */ chord, params) => chord.rerank(params),
};

/** The engines of one or more models, by the names that requests have for them. */
class Models {
  #byName;
  #any;
  #created = Math.floor(Date.now() / 1000);

  constructor(given) {
    this.#any = typeof given?.modelInfo === 'function'; // it answers, whatever it is called
    this.#byName = new Map(this.#any ? [[given.modelInfo().name, given]] : Object.entries(given ?? {}));
    const [wrong] = [...this.#byName].find(([, one]) => typeof one?.modelInfo !== 'function') ?? [];
    if (wrong !== undefined || this.#byName.size === 0) {
      throw new WasmChordError('invalid_request', `openaiFetch takes a loaded model, or an object with loaded models by name${wrong === undefined ? '' : `; ${wrong} is none`}`);
    }
  }

  engine(name) {
    if (this.#any || name === undefined || name === null) {
      return this.#byName.values().next().value;
    }
    return this.#byName.get(name) ?? this.#missing(name);
  }

  /** @returns {never} */
  #missing(name) {
    throw new Refused(404, 'model_not_found', `there is no model ${JSON.stringify(name)}; there are ${[...this.#byName.keys()].join(', ')}`, 'model');
  }

  list() {
    return { object: 'list', data: [...this.#byName.keys()].map((id) => this.#shape(id)) };
  }

  one(id) {
    return this.#byName.has(id) ? this.#shape(id) : this.#missing(id);
  }

  #shape(id) {
    return { id, object: 'model', created: this.#created, owned_by: OWNER };
  }
}

function get(models, path) {
  if (path === '/models') {
    return json(models.list());
  }
  if (path.startsWith('/models/')) {
    return json(models.one(decodeURIComponent(path.slice('/models/'.length))));
  }
  throw new Refused(404, 'not_found', `there is no GET ${path}`);
}

async function body(request) {
  try {
    return Object(await request.json());
  } catch (error) {
    throw new Refused(400, 'invalid_request', `the body is no JSON: ${error.message}`);
  }
}

async function post(models, path, params, signal) {
  const answer = await POST[path](models.engine(params.model), { ...params, signal });
  return params.stream === true && typeof answer[Symbol.asyncIterator] === 'function' ? events(answer, params, signal) : json(answer);
}

/** The models, once they are asked for; where a function gives them, it is called then, and again after a failure. */
function modelsOf(given) {
  if (typeof given !== 'function') {
    const models = new Models(given);
    return async () => models;
  }
  let loading = null;
  return async () => {
    const mine = loading ??= (async () => new Models(await given()))();
    try {
      return await mine;
    } catch (error) {
      loading = loading === mine ? null : loading;
      throw new Refused(503, typeof error.code === 'string' ? error.code : 'internal', error.message);
    }
  };
}

/** A `fetch` for OpenAI's client: see wasm-chord/openai's types. */
export function openaiFetch(given) {
  const models = modelsOf(given);
  return async (input, init) => {
    const request = new Request(input, init);
    const signal = init?.signal ?? request.signal;
    const path = new URL(request.url).pathname.replace(/^.*\/v1(?=\/)/, '');
    let params;
    try {
      if (request.method !== 'POST') {
        return get(await models(), path);
      }
      if (!Object.hasOwn(POST, path)) {
        throw new Refused(404, 'not_found', `there is no POST ${path}; there are ${Object.keys(POST).join(', ')}`);
      }
      params = await body(request);
      return await post(await models(), path, params, signal);
    } catch (error) {
      if (signal.aborted) {
        throw signal.reason; // as fetch does
      }
      return failed(error, params);
    }
  };
}
