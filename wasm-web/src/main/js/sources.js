import { WasmChordError } from './errors.js';

const READ = 1024 * 1024; // bytes that one read may bring
const RETRIES = 3;
const STALL_MS = 30_000;

/**
 * Where a model's bytes come from. `open` answers with the size (null where unknown) and whether ranges can be read;
 * `read(from, to, sink, signal)` calls `sink(bytes, at)` with pieces of the bytes from..to-1 as they arrive.
 */

/** A model at an address. */
export class UrlSource {
  #url;
  #headers;
  #whole = null; // the response of a server that ignores Range

  constructor(url, headers) {
    this.#url = url;
    this.#headers = headers ?? {};
    this.name = decodeURIComponent(new URL(url).pathname.split('/').pop() || url);
    this.size = null;
    this.ranges = true;
  }

  async #fetch(range, signal) {
    let response;
    try {
      response = await fetch(this.#url, { headers: range ? { ...this.#headers, Range: range } : this.#headers, signal });
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      throw new WasmChordError('network_error',
          `${this.#url} cannot be reached (${error.message}); check the address, the connection, and that the server allows other origins (CORS)`);
    }
    if (!response.ok) {
      await response.body?.cancel();
      const hint = response.status === 404 ? 'there is no such file; check the address'
          : response.status >= 500 ? 'the server has a problem; try again later'
          : 'check the address and whether the file needs a login';
      throw new WasmChordError('http_error', `${this.#url} answered with HTTP ${response.status}: ${hint}`);
    }
    return response;
  }

  /** Reads the first bytes, up to `length`, and learns the file's size and whether the server knows ranges. */
  async first(length, signal) {
    const response = await this.#fetch(`bytes=0-${length - 1}`, signal);
    if ((response.headers.get('Content-Type') ?? '').startsWith('text/html')) {
      await response.body?.cancel();
      throw new WasmChordError('not_a_model',
          `${this.#url} is a web page, not a model; use the address of the .gguf file itself (on Hugging Face: .../resolve/..., not .../blob/...)`);
    }
    if (response.status === 206) {
      this.size = rangeOf(response, 0, this.#url).total;
      return collect(response.body, Math.min(length, this.size ?? length));
    }
    this.ranges = false;
    const encoded = response.headers.get('Content-Encoding');
    const stated = response.headers.get('Content-Length');
    this.size = stated && !encoded ? Number(stated) : null;
    this.#whole = response.body.getReader();
    return this.more(new Uint8Array(0), length);
  }

  /** Of a whole response: reads on until `length` bytes are there or it ends. */
  async more(bytes, length) {
    const pieces = [bytes];
    let have = bytes.length;
    while (have < length) {
      const { done, value } = await this.#whole.read();
      if (done) {
        break;
      }
      pieces.push(value);
      have += value.length;
    }
    return concat(pieces, have);
  }

  /** Of a whole response: the rest, piece by piece. */
  async rest(at, sink) {
    for (;;) {
      let piece;
      try {
        piece = await this.#whole.read();
      } catch (error) {
        throw error.name === 'AbortError' ? error
            : new WasmChordError('network_error', `the connection to ${this.#url} broke after ${at} bytes; try again`);
      }
      if (piece.done) {
        return at;
      }
      sink(piece.value, at);
      at += piece.value.length;
    }
  }

  /** Bytes from..to-1; a broken connection is resumed where it broke. */
  async read(from, to, sink, signal) {
    let at = from;
    for (let failures = 0; at < to;) {
      const before = at;
      try {
        const response = await this.#fetch(`bytes=${at}-${to - 1}`, signal);
        if (response.status !== 206) {
          await response.body?.cancel();
          throw new WasmChordError('http_error', `${this.#url} stopped answering Range requests (HTTP ${response.status}); try again`);
        }
        rangeOf(response, at, this.#url);
        at = await pour(response.body, at, to, sink);
        if (at < to) {
          throw new WasmChordError('truncated', `${this.#url} sent ${at - before} of ${to - before} bytes; the file on the server may be damaged, or the connection broke`);
        }
      } catch (error) {
        at = error.at ?? at;
        failures = at > before ? 0 : failures + 1;
        const final = error instanceof WasmChordError && error.code === 'http_error' && !/HTTP (5|429)/.test(error.message);
        if (signal.aborted || final || failures >= RETRIES) {
          throw error.cause instanceof Error && !(error instanceof WasmChordError) ? error.cause : error;
        }
        await pause(200 * 2 ** failures * (0.5 + Math.random()), signal);
      }
    }
  }
}

/** A file from the user's disk. */
export class BlobSource {
  #blob;

  constructor(blob) {
    this.#blob = blob;
    this.name = blob.name ?? 'model.gguf';
    this.size = blob.size;
    this.ranges = true;
  }

  async first(length) {
    return new Uint8Array(await this.#blob.slice(0, length).arrayBuffer());
  }

  async read(from, to, sink, signal) {
    const at = await pour(this.#blob.slice(from, to).stream(), from, to, sink, signal);
    if (at < to) {
      throw new WasmChordError('truncated', `${this.name} ended at byte ${at} instead of ${to}; was it changed while it was read?`);
    }
  }
}

/** Pours a stream's bytes into the sink, never past `to`; returns where it ended. A break carries `at`. */
async function pour(stream, at, to, sink, signal) {
  const { reader, next } = reads(stream);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await stalled(next);
      if (done) {
        return at;
      }
      const bytes = at + value.length > to ? value.subarray(0, to - at) : value;
      sink(bytes, at);
      at += bytes.length;
      if (at === to) {
        return at;
      }
    }
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    const broken = new WasmChordError('network_error', `the connection broke at byte ${at} (${error.message}); try again`);
    broken.at = at;
    throw broken;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** A reader of a stream that fills one buffer over and over, where the browser can do that: large pieces, and no garbage. */
function reads(stream) {
  try {
    const reader = stream.getReader({ mode: 'byob' });
    let buffer = new ArrayBuffer(READ);
    const next = async () => {
      const piece = await reader.read(new Uint8Array(buffer));
      buffer = piece.value?.buffer;
      return piece;
    };
    return { reader, next };
  } catch {
    const reader = stream.getReader();
    return { reader, next: () => reader.read() };
  }
}

/** One read that does not wait for ever. */
async function stalled(next) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${STALL_MS / 1000} seconds`)), STALL_MS);
  });
  try {
    return await Promise.race([next(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function rangeOf(response, from, url) {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  if (match && Number(match[1]) !== from) {
    throw new WasmChordError('http_error',
        `${url} answered a request for bytes from ${from} on with "${match[0]}"; the server or a proxy is broken: use another address`);
  }
  return { total: match && match[3] !== '*' ? Number(match[3]) : null };
}

async function collect(stream, length) {
  const pieces = [];
  let have = 0;
  await pour(stream, 0, length, (bytes) => {
    pieces.push(bytes.slice());
    have += bytes.length;
  });
  return concat(pieces, have);
}

function concat(pieces, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
