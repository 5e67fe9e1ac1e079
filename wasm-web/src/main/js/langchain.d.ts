import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseChatModel, BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import type { ChatParams, EmbeddingParams, WasmChord } from './wasm-chord.js';

/*
 * Loaded models as those of LangChain.js (npm's `@langchain/core`, version 1, which the application installs).
 */

/** What a call may say: LangChain's options, and the engine's by their names in `ChatParams`. */
export type ChatCallOptions = BaseChatModelCallOptions & Partial<Omit<ChatParams, 'messages' | 'stream' | 'signal' | 'tools' | 'tool_choice' | 'stop'>> & { tools?: Record<string, any>[] };

/**
 * A chat model for `invoke`, `stream`, `bindTools`, `withStructuredOutput` and chains. A schema of `withStructuredOutput` is enforced while the
 * answer is written, unless its `method` is `'jsonMode'`, which asks for any JSON. `'functionCalling'` has the model call a tool.
 *
 * @param params what calls do not say themselves, for example `{ temperature: 0, max_tokens: 200 }`
 */
export declare function chatModel(chord: WasmChord, params?: Partial<ChatCallOptions>): BaseChatModel<ChatCallOptions>;

/**
 * Vectors of texts, by an embedding model.
 *
 * @param params the engine's options, for example `{ dimensions: 256 }`
 */
export declare function embeddings(chord: WasmChord, params?: Omit<EmbeddingParams, 'input' | 'encoding_format'>): Embeddings;
