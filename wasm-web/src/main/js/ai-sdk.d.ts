import type { EmbeddingModel, LanguageModel, RerankingModel } from 'ai';
import type { WasmChord } from './wasm-chord.js';

/*
 * Loaded models as those of the AI SDK (npm's `ai`, version 6). The SDK's options have its meaning; options of the engine's own go into
 * `providerOptions: { 'wasm-chord': { min_p: 0.1 } }`, by their names in `ChatParams`, `EmbeddingParams` and `RerankParams`.
 */

/** For `generateText`, `streamText`, `generateObject` and `streamObject`. Tools and schemas are enforced as in `chat.completions`. */
export declare function languageModel(chord: WasmChord): Extract<LanguageModel, { specificationVersion: 'v3' }>;

/** For `embed` and `embedMany`. */
export declare function embeddingModel(chord: WasmChord): Extract<EmbeddingModel, { specificationVersion: 'v3' }>;

/** For `rerank`; the model is a reranker. */
export declare function rerankingModel(chord: WasmChord): Exclude<RerankingModel, string>;
