import { WasmChordError, cancelled } from '../errors.js';
import { forwardAbort } from '../requests/forward-abort.js';
import { read, refuse, shown, text } from '../requests/options.js';
import { host } from '../threads/host.js';

const HUB_FILE = { repo: text, file: text, revision: text, token: text, endpoint: text };
const NAME = 'model.gguf'; // of what has no name of its own

const is = (value, kind) => Object.prototype.toString.call(value) === `[object ${kind}]`; // also of another frame

/** What the worker gets of a model's source: an address, a file or the handle of one, a file of the hub, or a list of these. */
export async function sourceOf(source, signal) {
  if (!Array.isArray(source)) {
    return one(source, signal);
  }
  const files = [];
  for (const file of source) {
    files.push(await one(file, signal));
  }
  return files.length > 0 ? files : refuse('the source of a model is an empty list; name its files');
}

async function one(given, signal) {
  const source = await host()?.opened(given) ?? given;
  if (typeof source === 'string' || is(source, 'URL')) {
    return String(source).trim() === '' ? refuse('the address of a model is empty') : String(source); // the worker knows what it means
  }
  if (is(source, 'Blob') || is(source, 'File') || is(source, 'FileSystemFileHandle')) {
    return source;
  }
  if (ArrayBuffer.isView(source) || is(source, 'ArrayBuffer') || is(source, 'SharedArrayBuffer')) {
    return new File([unshared(source)], NAME);
  }
  if (is(source, 'Response')) {
    return answered(source, signal);
  }
  if (is(source, 'Object') && ('repo' in source || 'file' in source)) {
    return read('a file of the hub', source, HUB_FILE, { needed: ['repo', 'file'] });
  }
  return refuse(`a model is loaded from an address, a File or Blob, an ArrayBuffer or a view of one, a Response, a FileSystemFileHandle or { repo, file }, not from ${shown(source)}`);
}

/** The bytes, copied where a Blob does not take them as they are. */
function unshared(source) {
  try {
    const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
    return is(bytes.buffer, 'SharedArrayBuffer') ? bytes.slice() : bytes;
  } catch {
    return refuse('the buffer with the model was given away: it is detached, and has no bytes any more');
  }
}

/** The whole body of an answer that the caller has fetched. */
async function answered(response, signal) {
  const { url, status, ok, body, bodyUsed, type } = response;
  const from = url.split(/[?#]/)[0] || 'the answer'; // what follows may be a secret
  if (type === 'opaque') {
    refuse(`${from} was fetched with mode 'no-cors', so that its bytes cannot be read; fetch it with 'cors'`);
  }
  if (!ok) {
    throw new WasmChordError('http_error', `${from} has status ${status} instead of 200`);
  }
  if (bodyUsed || !body || body.locked) {
    refuse(`${from} has no body, or one that is being read or was read already; give the answer before anything is read of it`);
  }
  const control = new AbortController();
  const letGo = forwardAbort(signal, control);
  try {
    const whole = await new Response(body.pipeThrough(new TransformStream(), { signal: control.signal })).blob();
    return new File([whole], (url ? from.split('/').at(-1) : '') || NAME);
  } catch (error) {
    throw signal?.aborted ? cancelled(signal.reason) : new WasmChordError('network_error', `${from} broke off while it was read (${error.message}); fetch it again`);
  } finally {
    letGo();
  }
}
