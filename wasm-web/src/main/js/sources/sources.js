import { shown } from './address.js';
import { WasmChordError } from '../errors.js';

const SPLIT = /-(\d{5})-of-(\d{5})(\.[gG][gG][uU][fF])$/;
const HUB = 'https://huggingface.co';
const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const TOKEN = /^[\x21-\x7e]*$/;
const MISLEADING = /[\\\x00-\x1f\x7f]|%(?:2[ef5]|5c|7f|[01][\da-f])/i; // in a path, also where a server decodes it once more

/**
 * The files of a model, whatever the caller named: an address, a file of the hub, a file from disk, or a list of them. Of a split model
 * that is named by one of its splits it is the first split alone, whose header says how many there are.
 *
 * @typedef {{url: string, headers: Record<string, string>, hub?: object, split?: {number: number, count: number}}} RemoteFile
 * @returns {Promise<Array<RemoteFile | (Blob & {[K in keyof RemoteFile]?: undefined})>>}
 */
export async function filesOf(source, headers, base) {
  const list = Array.isArray(source) ? source : [source];
  if (list.length === 0) {
    throw new WasmChordError('invalid_request', 'no file of a model is named');
  }
  const files = [];
  for (const one of list) {
    files.push(await fileOf(one, headers, base));
  }
  if (files.length === 1 && files[0].url) {
    return [firstOf(files[0])];
  }
  return files;
}

async function fileOf(source, headers, base) {
  if (source instanceof Blob) {
    return source;
  }
  if (typeof FileSystemFileHandle === 'function' && source instanceof FileSystemFileHandle) {
    return source.getFile();
  }
  if (source && typeof source === 'object' && source.repo) {
    return hubFile(source, headers);
  }
  let url;
  try {
    url = new URL(source, base);
  } catch {
    throw new WasmChordError('invalid_request', `${described(source)} is no address of a model, no file, and no {repo, file}`);
  }
  if (url.username || url.password) {
    throw new WasmChordError('invalid_request', `${shown(url)}: a name and a password in an address are not supported; give the load option headers, with Authorization`);
  }
  return { url: url.href, headers: checked(headers) };
}

/** What somebody gave for a source, without what may be a secret. */
function described(source) {
  return typeof source === 'string' ? JSON.stringify(source.replace(/[?#].*$/s, '?…').replace(/\/\/.*@/s, '//…@').slice(0, 300)) : `a value of type ${typeof source}`;
}

/** Refuses headers that the browser would refuse with their values in the message. */
function checked(headers) {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!HEADER_NAME.test(name)) {
      throw new WasmChordError('invalid_request', 'the name of one of the headers has a character that HTTP does not allow');
    }
    if (!HEADER_VALUE.test(value)) {
      throw new WasmChordError('invalid_request', `the header ${name} has a character that HTTP does not allow, such as a line break`);
    }
  }
  return { ...headers };
}

/** A file of a Hugging Face repository, or of another host with the same addresses. */
function hubFile({ repo, file, revision = 'main', token, endpoint = HUB }, headers) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo) || ![repo, file, revision].every(isPath)) {
    throw new WasmChordError('invalid_request',
        `a file of the hub is {repo: 'owner/name', file: 'name.gguf', revision: 'main'} without .. or empty names, not ${JSON.stringify({ repo, file, revision })}`);
  }
  const secret = String(token ?? '').trim();
  if (!TOKEN.test(secret)) {
    throw new WasmChordError('invalid_request', `the token for ${repo} has a character that no token has, such as a space or a line break; copy it once more`);
  }
  const path = file.split('/').map(encodeURIComponent).join('/');
  const hub = hubAddress(endpoint);
  return {
    url: `${hub}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`,
    headers: { ...checked(headers), ...(secret ? { Authorization: `Bearer ${secret}` } : {}) },
    hub: { repo, file, revision, endpoint: hub },
  };
}

/** Whether a text is a path that leads nowhere else. */
function isPath(text) {
  return typeof text === 'string' && !MISLEADING.test(text) && text.split('/').every((name) => !/^\.*$/.test(name));
}

function hubAddress(endpoint) {
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new WasmChordError('invalid_request', `the endpoint of a hub is an address such as ${HUB}, not ${url ? shown(url) : described(endpoint)}`);
  }
  return url.href.replace(/\/+$/, '');
}

function splitName(file) {
  const [, number, count] = SPLIT.exec(new URL(file.url).pathname)?.map(Number) ?? [];
  return count > 1 && number > 0 && number <= count ? { number, count } : null;
}

/** The first file of the model that a file is a split of, as its name says. */
export function firstOf(file) {
  const split = splitName(file);
  return split ? { ...numbered(file, 1), split } : file;
}

/** The same file's neighbour with another number. */
function numbered(file, number) {
  const renamed = (text) => text.replace(SPLIT, (_, own, count, ending) => `-${String(number).padStart(5, '0')}-of-${count}${ending}`);
  const url = new URL(file.url);
  url.pathname = renamed(url.pathname);
  return { ...file, url: url.href, ...(file.hub ? { hub: { ...file.hub, file: renamed(file.hub.file) } } : {}) };
}

/** The files behind the first of a split model. */
export function laterFiles({ split, ...first }) {
  return Array.from({ length: split.count - 1 }, (_, i) => numbered(first, i + 2));
}

/** The SHA-256 that the hub's interface reports for a file, or null; a browser does not see the header of a redirect. */
export async function hubDigest({ repo, file, revision, endpoint }, headers, signal) {
  try {
    const response = await fetch(`${endpoint}/api/models/${repo}/paths-info/${encodeURIComponent(revision)}`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ paths: [file] }),
      signal,
    });
    const found = response.ok ? (await response.json()).find((entry) => entry.path === file) : null;
    return /^[0-9a-f]{64}$/.exec(found?.lfs?.oid ?? '')?.[0] ?? null;
  } catch {
    signal.throwIfAborted();
    return null; // the model can be loaded without it
  }
}
