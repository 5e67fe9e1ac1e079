const MOST = 800; // characters of a passage
const MOST_LOOKED_AT = 200; // passages, of the best ones
const BATCH = 16; // texts of one request

/** A text cut into passages, at the ends of paragraphs where they fit, else of lines or sentences. */
export function passagesOf(text) {
  const passages = [];
  let current = '';
  for (const part of text.split(/(?<=\n\s*\n)/).flatMap(parts)) {
    if (current && current.length + part.length > MOST) {
      passages.push(current.trim());
      current = '';
    }
    current += part;
  }
  passages.push(current.trim());
  return passages.filter(Boolean);
}

/** A paragraph in parts that are no longer than a passage. */
function parts(paragraph) {
  if (paragraph.length <= MOST) {
    return [paragraph];
  }
  return paragraph.split(/(?<=\n|[.!?\u3002\uFF01\uFF1F]\s)/).flatMap((sentence) => {
    const cut = [];
    for (let at = 0; at < sentence.length; at += MOST) {
      cut.push(sentence.slice(at, at + MOST));
    }
    return cut;
  });
}

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** How well passages fit a question by its words: BM25 with its usual constants. */
export function wordScores(question, passages) {
  const [k, b] = [1.2, 0.75];
  const all = passages.map(wordsOf);
  const average = all.reduce((sum, words) => sum + words.length, 0) / Math.max(1, all.length);
  const wanted = [...new Set(wordsOf(question))];
  const scores = new Array(passages.length).fill(0);
  for (const word of wanted) {
    const counts = all.map((words) => words.reduce((n, w) => n + (w === word ? 1 : 0), 0));
    const having = counts.filter((n) => n > 0).length;
    const rarity = Math.log(1 + (all.length - having + 0.5) / (having + 0.5));
    counts.forEach((n, i) => { scores[i] += (rarity * n * (k + 1)) / (n + k * (1 - b + (b * all[i].length) / average)); });
  }
  return scores;
}

/** The same by the vectors of an embedding model. Of many passages only those that fit best by their words are looked at. */
export async function vectorScores(embedder, question, passages, signal) {
  const words = wordScores(question, passages);
  const order = passages.map((_, i) => i).sort((a, b) => words[b] - words[a]).slice(0, MOST_LOOKED_AT);
  const vectors = [];
  const texts = [question, ...order.map((i) => passages[i])];
  for (let at = 0; at < texts.length; at += BATCH) {
    const { data } = await embedder.embeddings.create({ input: texts.slice(at, at + BATCH), truncate: true, encoding_format: 'float32array', signal });
    vectors.push(...data.map(({ embedding }) => embedding));
  }
  const [asked, ...rest] = vectors;
  const scores = new Array(passages.length).fill(-1); // below any cosine
  rest.forEach((vector, k) => { scores[order[k]] = vector.reduce((sum, value, i) => sum + value * asked[i], 0); });
  return scores;
}

/**
 * The passages that fit best and have room together, in the order of the text.
 *
 * @param {string[]} passages
 * @param {number[]} scores
 * @param {(passage: string) => Promise<number>} sizeOf in tokens
 * @param {number} room in tokens
 * @returns {Promise<number[]>} which they are
 */
export async function choose(passages, scores, sizeOf, room) {
  const order = passages.map((_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const chosen = [];
  let left = room;
  for (const i of order.slice(0, MOST_LOOKED_AT)) {
    const size = await sizeOf(passages[i]);
    if (size <= left) {
      chosen.push(i);
      left -= size;
    }
  }
  return chosen.sort((a, b) => a - b);
}
