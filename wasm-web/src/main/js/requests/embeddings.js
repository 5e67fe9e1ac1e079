import { refuse } from './options.js';

// Families that were trained so that the beginning of a vector is one, too; no key of a file says so.
const SHORTENED = [
  'gemma-embedding',
  'nomic-embed-text-v1\\.5',
  'nomic-embed-text-v2',
  'qwen3-(vl-)?embedding',
  'mxbai-embed-(large|xsmall)',
  'snowflake-arctic-embed-.*v(1\\.5|2)',
  'jina-embeddings-v[345]',
].map((name) => new RegExp(`(^|-)${name}`));

/** Whether a model's vectors may be cut. */
function shortens({ architecture, name }) {
  return [architecture, name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-')].some((one) => SHORTENED.some((family) => family.test(one)));
}

function refuseShort(dimensions, name) {
  refuse(`dimensions is ${dimensions}, but ${name} is not known to be trained for shorter vectors; if it is, leave dimensions out, take the first ${dimensions} numbers of each vector and divide them by their length`);
}

/** Refuses a length that a model's vectors cannot have, as far as is known before they are computed. */
export function checkDimensions(dimensions, info) {
  if (dimensions !== undefined && dimensions !== info.hidden && !shortens(info)) {
    refuseShort(dimensions, info.name);
  }
}

/** The beginning of a vector, divided by its length if asked to; as the engine does it, in double precision. */
function cut(vector, dimensions, normalize, info) {
  if (dimensions > vector.length) {
    refuse(`dimensions is ${dimensions}; the vectors of ${info.name} have ${vector.length} numbers`);
  }
  if (dimensions < vector.length && !shortens(info)) {
    refuseShort(dimensions, info.name);
  }
  const short = vector.slice(0, dimensions);
  const length = Math.sqrt(short.reduce((sum, value) => sum + value * value, 0));
  return dimensions < vector.length && normalize && length > 0 ? short.map((value) => value / length) : short;
}

/** The bytes of a vector, each number's lowest first, as text. */
function base64(vector) {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, i) => view.setFloat32(4 * i, value, true));
  let bytes = '';
  for (let i = 0; i < view.byteLength; i++) {
    bytes += String.fromCharCode(view.getUint8(i));
  }
  return btoa(bytes);
}

const FORMATS = { float: (vector) => Array.from(vector), base64, float32array: (vector) => vector };

/**
 * OpenAI's shape of embeddings.
 *
 * @param {Array<Float32Array | Float32Array[]>} vectors one for each text, or one for each token of it
 */
export function embeddingList(vectors, tokens, { dimensions, normalize, format }, info) {
  const written = (vector) => FORMATS[format](dimensions === undefined ? vector : cut(vector, dimensions, normalize, info));
  return {
    object: 'list',
    data: vectors.map((one, index) => ({ object: 'embedding', index, embedding: Array.isArray(one) ? one.map(written) : written(one) })),
    model: info.name,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
