import { WasmChordError } from './errors.js';

const POOLING = ['mean', 'cls', 'last', 'none'];

function refuse(message) {
  throw new WasmChordError('invalid_request', message);
}

/** What the worker gets of a request for embeddings. */
export function embeddingRequest({ input, pooling, normalize = true, truncate = false }) {
  const texts = [input].flat();
  if (texts.length === 0 || texts.some((text) => typeof text !== 'string')) {
    refuse('input is a text, or a list of one text or more');
  }
  if (pooling !== undefined && !POOLING.includes(pooling)) {
    refuse(`pooling is 'mean', 'cls', 'last' or 'none', not ${pooling}`);
  }
  for (const [name, value] of Object.entries({ normalize, truncate })) {
    if (typeof value !== 'boolean') {
      refuse(`${name} is true or false, not ${value}`);
    }
  }
  return { texts, pooling, normalize, truncate };
}

/** OpenAI's shape of embeddings. */
export function embeddingList(vectors, tokens, model) {
  return {
    object: 'list',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
