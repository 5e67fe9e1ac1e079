/*
 * Small open models, for pages that offer some. Plain data: nothing is fetched before a page loads one. Revision and digest belong together, so
 * a file that was replaced at the hub is not taken for the one that is described here.
 */

const OPEN = 'apache-2.0';

const entry = (id, name, purpose, about, source, bytes, sha256, license) => Object.freeze({ id, name, purpose, about, source: Object.freeze(source), bytes, sha256, license });

/** Of each purpose the smallest first. */
export const MODELS = Object.freeze([
  entry('smollm2-360m', 'SmolLM2 360M Instruct', 'chat', 'English. Rewords and sums up short texts; knows little.',
      { repo: 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF', file: 'smollm2-360m-instruct-q8_0.gguf', revision: '593b5a2e04c8f3e4ee880263f93e0bd2901ad47f' },
      386404992, '48ab3034d0dd401fbc721eb1df3217902fee7dab9078992d66431f09b7750201', OPEN),
  entry('qwen2.5-0.5b', 'Qwen 2.5 0.5B Instruct', 'chat', 'Many languages. Short chats on phones; answers without thinking.',
      { repo: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF', file: 'qwen2.5-0.5b-instruct-q4_k_m.gguf', revision: '9217f5db79a29953eb74d5343926648285ec7e67' },
      491400032, '74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db', OPEN),
  entry('qwen3-0.6b', 'Qwen 3 0.6B', 'chat', 'Many languages. Calls tools; can think before it answers.',
      { repo: 'Qwen/Qwen3-0.6B-GGUF', file: 'Qwen3-0.6B-Q8_0.gguf', revision: '23749fefcc72300e3a2ad315e1317431b06b590a' },
      639446688, '9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031', OPEN),
  entry('qwen3-1.7b', 'Qwen 3 1.7B', 'chat', 'Many languages. Tools and thinking, on a laptop.',
      { repo: 'Qwen/Qwen3-1.7B-GGUF', file: 'Qwen3-1.7B-Q8_0.gguf', revision: '90862c4b9d2787eaed51d12237eafdfe7c5f6077' },
      1834426016, '061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a', OPEN),
  entry('smollm3-3b', 'SmolLM3 3B', 'chat', 'Six European languages. Tools and thinking, on a laptop with memory.',
      { repo: 'ggml-org/SmolLM3-3B-GGUF', file: 'SmolLM3-Q4_K_M.gguf', revision: '4965cb60b150737b68a0408c36aeefb65078f894' },
      1915305312, '8334b850b7bd46238c16b0c550df2138f0889bf433809008cc17a8b05761863e', OPEN),
  entry('nomic-embed-text-v1.5', 'nomic-embed-text v1.5', 'embedding', 'English. Search by vectors; begin texts with "search_document: " and questions with "search_query: ".',
      { repo: 'nomic-ai/nomic-embed-text-v1.5-GGUF', file: 'nomic-embed-text-v1.5.Q8_0.gguf', revision: '0188c9bf409793f810680a5a431e7b899c46104c' },
      146146432, '3e24342164b3d94991ba9692fdc0dd08e3fd7362e0aacc396a9a5c54a544c3b7', OPEN),
  entry('qwen3-embedding-0.6b', 'Qwen 3 Embedding 0.6B', 'embedding', 'Many languages. Search by vectors of texts and code.',
      { repo: 'Qwen/Qwen3-Embedding-0.6B-GGUF', file: 'Qwen3-Embedding-0.6B-Q8_0.gguf', revision: '370f27d7550e0def9b39c1f16d3fbaa13aa67728' },
      639150592, '06507c7b42688469c4e7298b0a1e16deff06caf291cf0a5b278c308249c3e439', OPEN),
  entry('bge-reranker-v2-m3', 'BGE Reranker v2 M3', 'rerank', 'Many languages. Puts what a search found in order.',
      { repo: 'gpustack/bge-reranker-v2-m3-GGUF', file: 'bge-reranker-v2-m3-Q8_0.gguf', revision: '3093af03b1a635e67b084b1d8c03c5f5e020fd05' },
      635676416, 'a43c7c9b11a4c1517e5bf95151960e1621d1b72f7a493364b01e386cf1aaa1d3', OPEN),
]);
