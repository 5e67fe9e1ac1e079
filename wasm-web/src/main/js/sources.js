import { WasmChordError } from './errors.js';

const SPLIT = /-(\d{5})-of-(\d{5})(\.[gG][gG][uU][fF])$/;
const HUB = 'https://huggingface.co';

/**
 * The files of a model, whatever the caller named: an address, a file of the hub, a file from disk, or a list of them. A split model is
 * recognised from the name of one of its parts.
 *
 * @returns {Promise<Array<{url: string, headers: object, hub?: object} | Blob>>}
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
    return siblings(files[0]);
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
  try {
    return { url: new URL(source, base).href, headers: { ...headers } };
  } catch {
    throw new WasmChordError('invalid_request', `${JSON.stringify(source)} is no address of a model, no file, and no {repo, file}`);
  }
}

/** A file of a Hugging Face repository, or of another host with the same addresses. */
function hubFile({ repo, file, revision = 'main', token, endpoint = HUB }, headers) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo) || typeof file !== 'string' || file === '') {
    throw new WasmChordError('invalid_request', `a file of the hub is {repo: 'owner/name', file: 'name.gguf'}, not ${JSON.stringify({ repo, file })}`);
  }
  const path = file.split('/').map(encodeURIComponent).join('/');
  return {
    url: `${endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`,
    headers: { ...headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    hub: { repo, file, revision, endpoint },
  };
}

function siblings(file) {
  const { pathname } = new URL(file.url);
  const match = SPLIT.exec(pathname);
  if (!match || Number(match[2]) < 2) {
    return [file];
  }
  return Array.from({ length: Number(match[2]) }, (_, i) => {
    const numbered = (text) => text.replace(SPLIT, `-${String(i + 1).padStart(5, '0')}-of-${match[2]}$3`);
    const url = new URL(file.url);
    url.pathname = numbered(pathname);
    return { ...file, url: url.href, ...(file.hub ? { hub: { ...file.hub, file: numbered(file.hub.file) } } : {}) };
  });
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
  } catch (error) {
    signal.throwIfAborted();
    return null; // the model can be loaded without it
  }
}
