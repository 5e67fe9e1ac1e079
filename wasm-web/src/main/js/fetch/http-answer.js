import { WasmChordError } from '../errors.js';
import { retryAfter } from './retry.js';

// What a server's answers say, and which of them are errors.

/** An error that another attempt may not meet. */
export class Transient extends WasmChordError {
  constructor(code, message, retryAfterMs = null) {
    super(code, message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server wants to know who asks. */
export class Denied extends WasmChordError {}

/**
 * Refuses an answer that brings no bytes of the file.
 *
 * @param {Response} response
 * @param {string} url as it is shown
 * @param {?number} [size] of the file, null where no answer told it; absent before the first answer
 */
export function checkStatus(response, url, size) {
  const { status } = response;
  if (status === 206 || status === 200) {
    if ((response.headers.get('Content-Type') ?? '').startsWith('text/html')) {
      throw new WasmChordError('not_a_model',
          `${url} is a web page, not a model; use the address of the .gguf file itself (on Hugging Face: .../resolve/..., not .../blob/...)`);
    }
    return;
  }
  if (status === 416 && size !== undefined) {
    const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
    if (total !== undefined && Number(total) !== size) {
      throw changed(url);
    }
  }
  const message = `${url} answered with HTTP ${status}: `;
  if (status === 429 || status === 408 || status >= 500) {
    throw new Transient('http_error', `${message}the server is busy or has a problem; try again later`, retryAfter(response));
  }
  const hint = status === 404 ? 'there is no such file; check the address'
      : status === 401 || status === 403 ? 'the file needs a login; give a token, or headers'
      : status === 416 ? 'the server refuses the range; try again later, the file may be incomplete there'
      : 'check the address';
  const Kind = status === 416 ? Transient : status === 401 || status === 403 ? Denied : WasmChordError;
  throw new Kind('http_error', message + hint);
}

export function changed(url) {
  return new WasmChordError('source_changed', `${url} changed while it was read; what was read of it is not used: load it again`);
}

export function plainTag(etag) {
  return etag === null ? null : etag.replace(/^W\//, '');
}

/** Whether two answers can be told to be of one version of the file, beyond its size. */
export function comparable(response, { etag, modified }) {
  return (etag !== null && response.headers.has('ETag')) || (modified !== null && response.headers.has('Last-Modified'));
}

/** Bytes of a whole answer, unless they are compressed on the way. */
export function wholeSize(response) {
  const length = response.headers.get('Content-Length');
  return length && !response.headers.get('Content-Encoding') ? Number(length) : null;
}

export function contentRange(response) {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  return match ? { from: Number(match[1]), total: match[2] === '*' ? null : Number(match[2]) } : null;
}

/** The SHA-256 that a hub reports for files in its large file storage. */
export function sha256Of(response) {
  return /^"?([0-9a-f]{64})"?$/.exec(response.headers.get('X-Linked-ETag') ?? '')?.[1] ?? null;
}
