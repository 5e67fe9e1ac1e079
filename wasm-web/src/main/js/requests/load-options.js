import { assetsOf } from './assets.js';
import { callback, choice, fields, flag, isObject, kind, number, oneOrList, read, refuse, signal, text, whole } from './options.js';

const MOST = Number.MAX_SAFE_INTEGER;
const ONE_DIGEST = '64 hexadecimal digits in lower case';
const DIGEST = '64 hexadecimal digits in lower case, or a list of such texts, one for each file';

const isDigest = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** The options of a load, and of a look at a header. */
const LOAD = {
  onProgress: callback,
  onCacheFull: callback,
  signal,
  assets: (_, value) => assetsOf(value),
  headers,
  retry: fields({
    attempts: whole(1, MOST),
    delayMs: number(0, MOST),
    longestMs: number(0, MOST),
    stallMs: number(0, MOST),
    offlineMs: number(0, MOST),
  }),
  contextLength: whole(1, 2 ** 26),
  kvCache: choice('f32', 'f16', 'q8_0'),
  checkpoints: whole(0, 1024),
  checkpointSpacing: whole(1, 2 ** 26),
  normalization: choice('authors', 'none'),
  draft,
  mtp: flag,
  memoryBudget: whole(1, MOST),
  adapterMemory: whole(0, MOST),
  bankBytes: whole(1, MOST),
  threads: whole(1, 64),
  parallel: whole(1, 16),
  cache: flag,
  crossOriginStorage: flag,
  sha256: oneOrList(kind(DIGEST, isDigest)),
  prefetch: whole(0, 64),
  layerPolicy: choice('pinned', 'lru'),
  simd: choice('auto', 'relaxed', 'simd128', 'none'),
  backend: choice('auto', 'webgpu', 'simd', 'scalar'),
  gpuLayers: whole(0, MOST),
  profile: flag,
};

/** A draft model: what names its file, or that and how it is fetched. */
function draft(option, value) {
  const more = { source: (_, source) => source, headers, sha256: kind(ONE_DIGEST, isDigest) };
  return isObject(value) && 'source' in value ? read(option, value, more, { within: `${option}.`, needed: ['source'] }) : { source: value };
}

/** Headers of requests, from whatever a fetch would take them. Messages do not show them: they may hold a secret. */
function headers(option, value) {
  try {
    const entries = Symbol.iterator in value ? new Headers(value) : Object.entries(value);
    return Object.fromEntries([...entries].map(([header, one]) => [header, String(one)]));
  } catch {
    return refuse(`${option} is an object of names and texts, or what else fetch takes`);
  }
}

/** The options of an adapter's load, some of those of a model's. */
const ADAPTER = { name: text, onProgress: LOAD.onProgress, signal, headers, retry: LOAD.retry, cache: flag, sha256: kind(ONE_DIGEST, isDigest) };

/** The options of an adapter's load, checked. */
export function adapterOptions(options) {
  return read('loadAdapter', options ?? {}, ADAPTER, { needed: ['name'] });
}

/** The options that were given to `where`, checked. */
export function loadOptions(where, options) {
  const given = read(where, options ?? {}, LOAD);
  if (given.crossOriginStorage && given.sha256?.length !== 1) {
    refuse('crossOriginStorage knows a file by its digest; give that as sha256');
  }
  return given.mtp && given.draft ? refuse('mtp and draft both propose tokens; choose one of them') : given;
}
