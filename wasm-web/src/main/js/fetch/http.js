import { shown } from '../sources/address.js';
import { Body, stalled } from './body.js';
import { WasmChordError } from '../errors.js';
import { Transient, changed, checkStatus, comparable, contentRange, plainTag, sha256Of, wholeSize } from './http-answer.js';
import { backOff, online, pause } from './retry.js';

/**
 * A file at an address, read by Range requests. What is read never mixes two versions of the file: its size and its ETag or
 * Last-Modified are those of the first answer, or the read ends with `source_changed`.
 */
export class HttpFile {
  #url;
  #shown;
  #headers;
  #retry;
  #sameOrigin;
  #asksRanges;
  #waiting;
  #kept = null; // the open body of a server that ignores Range
  #known = false;
  size = null;
  ranges = true;
  etag = null;
  modified = null;
  digest = null; // SHA-256 that the server reports
  uncertain = false; // an answer said nothing by which it could be compared with the first

  /**
   * @param {string} url absolute
   * @param {object} headers
   * @param {import('../threads/messages.d.ts').Retry} retry
   * @param {(message: string) => void} waiting told before each further attempt
   */
  constructor(url, headers, retry, waiting) {
    this.#url = url;
    this.#shown = shown(url);
    this.#headers = headers;
    this.#retry = retry;
    this.#waiting = waiting;
    const { origin, protocol } = new URL(url);
    this.#sameOrigin = origin === self.location?.origin;
    this.#asksRanges = protocol === 'https:' || protocol === 'http:'; // an extension's files come in chunks as if they were whole: 200, no size
  }

  /** Reads the first bytes, up to `length`, and learns what the server says of the file. */
  async first(length, signal) {
    const chunks = [];
    let have = 0;
    let broken = false;
    await this.#attempts(signal, async () => {
      if (have > 0) {
        broken = true; // the rest is read below
        return;
      }
      const body = await this.#request(0, length, signal);
      try {
        await this.#pour(body, 0, length, (bytes, at) => {
          if (at === have) {
            chunks.push(bytes.slice());
            have += bytes.length;
          }
        }, signal);
      } finally {
        this.#keep(body);
      }
    }, () => have);
    const end = this.size === null ? length : Math.min(length, this.size);
    if (have < end && (broken || this.ranges)) {
      await this.read(have, end, (bytes) => {
        chunks.push(bytes.slice());
        have += bytes.length;
      }, signal);
    }
    return concat(chunks, have);
  }

  /** Asks for one byte, to learn whether the file is still the same; resolves to false where nobody answers. */
  async probe(signal, timeoutMs) {
    try {
      const body = await this.#request(0, 1, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      body.cancel();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WasmChordError && !(error instanceof Transient)) {
        throw error;
      }
      return false;
    }
  }

  /**
   * Bytes from..to-1 in order: `sink(bytes, at)` is called with chunks of any size and may return a promise. A broken connection is resumed where it
   * broke. Resolves to where it ended, before `to` only where the server never said how large the file is.
   */
  async read(from, to, sink, signal) {
    let at = from;
    await this.#attempts(signal, async () => {
      const body = this.#take(at) ?? await this.#request(at, to, signal);
      try {
        await this.#pour(body, at, to, (bytes, offset) => {
          at = offset + bytes.length;
          return sink(bytes, offset);
        }, signal);
      } finally {
        this.#keep(body);
      }
      if (body.shorter(this.size) && at < to) {
        throw changed(this.#shown);
      }
      if (at < to && (this.ranges || (this.size !== null && at < this.size))) {
        throw new Transient('truncated', `${this.#shown} ended after ${at} of ${to} bytes; the file on the server may be damaged or not whole yet: try again later, or use another address`);
      }
    }, () => at);
    return at;
  }

  /** Runs `body` until it succeeds, or fails too often without progress, or for good. */
  async #attempts(signal, body, progress) {
    for (let failures = 0; ;) {
      const before = progress();
      try {
        return await body();
      } catch (error) {
        signal.throwIfAborted();
        failures = progress() > before ? 1 : failures + 1;
        if (!(error instanceof Transient) || failures >= this.#retry.attempts) {
          throw error;
        }
        this.#waiting(error.message);
        await online(this.#retry, signal);
        await pause(backOff(failures, this.#retry, error.retryAfterMs), signal);
      }
    }
  }

  #take(at) {
    const body = this.#kept;
    this.#kept = null;
    if (body && body.at <= at) {
      return body;
    }
    body?.cancel();
    return null;
  }

  /** A body without ranges may go on where it is; any other is done with. */
  #keep(body) {
    if (body.whole && !body.over) {
      this.#kept = body;
    } else {
      body.cancel();
    }
  }

  async #request(from, to, signal) {
    const headers = this.#asksRanges ? { ...this.#headers, Range: `bytes=${from}-${to - 1}` } : { ...this.#headers };
    if (this.#sameOrigin && this.etag && !this.etag.startsWith('W/')) {
      headers['If-Range'] = this.etag; // elsewhere it would need the server's permission (CORS); the answer's ETag is compared instead
    }
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), this.#retry.stallMs);
    let response;
    try {
      response = await fetch(this.#url, { headers, signal: AbortSignal.any([signal, stalled.signal]), cache: 'no-store' });
    } catch (error) {
      signal.throwIfAborted();
      throw new Transient('network_error', stalled.signal.aborted
          ? `${this.#shown} did not answer for ${this.#retry.stallMs / 1000} seconds`
          : `${this.#shown} cannot be reached (${error.message}); check the address, the connection, and that the server allows other origins (CORS)`);
    } finally {
      clearTimeout(timer);
    }
    if (this.#asksRanges && response.status === 200 && wholeSize(response) === to - from) {
      this.#asksRanges = false; // it may be the part alone, which calls itself the whole
      response.body?.cancel().catch(() => {});
      return this.#request(from, to, signal);
    }
    try {
      return this.#body(response, from);
    } catch (error) {
      response.body?.cancel().catch(() => {});
      throw error;
    }
  }

  /** Checks an answer, and learns from the first one. */
  #body(response, from) {
    checkStatus(response, this.#shown, this.#known ? this.size : undefined);
    const whole = response.status === 200;
    const range = whole ? null : contentRange(response);
    if (range && range.from !== from) {
      throw new Transient('http_error',
          `${this.#shown} answered a request for bytes from ${from} on with "${response.headers.get('Content-Range')}"; the server or a proxy is broken: use another address`);
    }
    const size = whole ? wholeSize(response) : range?.total ?? null;
    this.#compare(response, size, whole);
    if (!this.#known) {
      this.#known = true;
      this.size = size;
      this.etag = response.headers.get('ETag');
      this.modified = response.headers.get('Last-Modified');
      this.digest = sha256Of(response);
    }
    this.ranges &&= !whole;
    return new Body(response, whole ? 0 : from, whole);
  }

  #compare(response, size, whole) {
    if (!this.#known) {
      return;
    }
    this.uncertain ||= !comparable(response, this);
    const etag = response.headers.get('ETag');
    const modified = response.headers.get('Last-Modified');
    const differs = (a, b) => a !== null && b !== null && a !== b;
    if (differs(plainTag(etag), plainTag(this.etag)) || differs(modified, this.modified) || ((!whole || this.#sameOrigin) && differs(size, this.size))) {
      throw changed(this.#shown);
    }
  }

  /** What a cache knows of the file; answers are compared with it from now on. */
  expect({ size, etag, modified }) {
    this.size = size;
    this.etag = etag;
    this.modified = modified;
    this.#known = true;
  }

  /** Forgets what the file was. */
  forget() {
    this.#known = false;
    this.size = null;
    this.etag = null;
    this.modified = null;
    this.digest = null;
    this.uncertain = false;
    this.#kept?.cancel();
    this.#kept = null;
  }

  async #pour(body, at, to, sink, signal) {
    while (at < to) {
      signal.throwIfAborted();
      let chunk;
      try {
        chunk = await stalled(() => body.next(), this.#retry.stallMs);
      } catch (error) {
        body.over = true;
        signal.throwIfAborted();
        throw new Transient('network_error', `the connection to ${this.#shown} broke at byte ${body.at} (${error.message}); try again`);
      }
      if (!chunk) {
        body.over = true;
        return;
      }
      const start = body.at;
      body.at += chunk.length;
      const from = Math.max(at, start);
      const end = Math.min(body.at, to);
      if (from < end) {
        await sink(chunk.subarray(from - start, end - start), from);
        at = end;
      }
      if (body.at > to && body.whole) {
        body.back(chunk.subarray(to - start)); // the next read begins here
      }
    }
  }
}

function concat(chunks, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
