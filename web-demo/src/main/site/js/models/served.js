import { WasmChordError } from '../../wasm-chord/wasm-chord.js';

const CONTEXT = 4096; // what a server that does not say is taken to have
const LETTERS_OF_TOKEN = 4; // where a server counts no tokens

const cancelled = () => new WasmChordError('cancelled', 'stopped');

/** Why a server refused, in its own words where it has some. */
async function refusal(response) {
  const told = await response.json().catch(() => null);
  const error = told?.error ?? {};
  return Object.assign(new Error(error.message ?? `the server answers with status ${response.status}`), { code: error.code ?? `http_${response.status}` });
}

/** The values of server-sent events, up to the one that says that there are no more. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = '';
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const lines = (rest + value).split(/\r?\n/);
      rest = lines.pop();
      for (const line of lines) {
        const data = line.startsWith('data:') ? line.slice('data:'.length).trim() : '';
        if (data === '[DONE]') {
          return;
        }
        if (data) {
          yield JSON.parse(data);
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever stops reading ends the answer
  }
}

/** A model behind OpenAI's interface over HTTP, as `chord serve` has it, with what this page asks of one that it has loaded. */
export class ServedModel {
  #base;
  #headers;
  #name;

  constructor(base, headers, name) {
    this.#base = base;
    this.#headers = headers;
    this.#name = name;
    const stream = (path) => async (params) => this.#stream(path, params);
    this.completions = { create: stream('completions') };
    this.chat = {
      completions: {
        create: stream('chat/completions'),
        async runTools() {
          throw new WasmChordError('invalid_request', 'Tools run beside a model of this page only; switch them off, or load a model here.');
        },
      },
    };
  }

  /**
   * The first model of a server.
   *
   * @param {string} address with or without the /v1 at its end
   * @param {string} key empty where it needs none
   * @param {AbortSignal} signal
   */
  static async connect(address, key, signal) {
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      throw new WasmChordError('invalid_request', 'The address of a server is one such as http://127.0.0.1:8080');
    }
    const base = `${address.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/`;
    const headers = { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    let response;
    try {
      response = await fetch(`${base}models`, { headers, signal });
    } catch {
      throw signal.aborted ? cancelled() : new WasmChordError('network_error', `No server answers this page at ${address}. One that runs must allow it: chord serve --cors ${location.origin}`);
    }
    if (!response.ok) {
      throw await refusal(response);
    }
    const { data } = await response.json();
    if (!data?.[0]?.id) {
      throw new WasmChordError('network_error', `${address} has no models.`);
    }
    return new ServedModel(base, headers, data[0].id);
  }

  /** `served` is the server's host, which loaded models have not. */
  modelInfo() {
    return { name: this.#name, served: new URL(this.#base).host, kind: 'language', chatTemplate: 'served', thinkingSwitch: false, contextLength: CONTEXT };
  }

  /** A server's memory is its own. */
  async memory() {
    return null;
  }

  async profile() {
    return [];
  }

  async dispose() {}

  /** As many tokens as the server counts; where it does not, a guess. */
  async tokenize(content) {
    const response = await fetch(new URL('../tokenize', this.#base), { method: 'POST', headers: this.#headers, body: JSON.stringify({ content }) }).catch(() => null);
    const { tokens } = await response?.json().catch(() => ({})) ?? {};
    return Array.isArray(tokens) ? tokens : Array(Math.ceil(content.length / LETTERS_OF_TOKEN)).fill(0);
  }

  async* #stream(path, { signal, onProgress: _, ...params }) {
    try {
      const body = JSON.stringify({ ...params, model: this.#name, stream: true });
      const response = await fetch(this.#base + path, { method: 'POST', headers: this.#headers, body, signal });
      if (!response.ok) {
        throw await refusal(response);
      }
      for await (const chunk of events(response.body)) {
        if (chunk.error) {
          throw Object.assign(new Error(chunk.error.message), { code: chunk.error.code });
        }
        if (chunk.choices?.length > 0) {
          yield chunk;
        }
      }
    } catch (error) {
      throw signal?.aborted ? cancelled() : error;
    }
  }
}
