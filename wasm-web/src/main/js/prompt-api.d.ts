import type { Progress, WasmChord } from './wasm-chord.js';

/** Text in parts; any other type is a `NotSupportedError`. */
export type PromptContent = string | readonly { type: 'text'; value: string }[];

export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: PromptContent;
}

export type PromptInput = string | PromptMessage | readonly PromptMessage[];

/** What the session runs when the model calls it; what it returns goes to the model. */
export interface PromptTool {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
  execute(args: any): unknown;
}

export interface ExpectedContent {
  type: string;
  languages?: readonly string[];
}

export interface AvailabilityOptions {
  /** Of type `text` alone. */
  expectedInputs?: readonly ExpectedContent[];
  expectedOutputs?: readonly ExpectedContent[];
}

export interface CreateOptions extends AvailabilityOptions {
  initialPrompts?: readonly PromptMessage[];
  tools?: readonly PromptTool[];
  temperature?: number;
  topK?: number;
  signal?: AbortSignal;
  /** Is given a target of `downloadprogress` events, whose `loaded` goes from 0 to 1. */
  monitor?: (target: EventTarget) => void;
}

export interface PromptOptions {
  /** A JSON schema or a RegExp that the answer is held to. It is not added to the prompt. */
  responseConstraint?: Record<string, unknown> | boolean | RegExp;
  signal?: AbortSignal;
}

/** A conversation. What is asked of it at once is answered in turn. */
export interface LanguageModelSession extends EventTarget {
  prompt(input: PromptInput, options?: PromptOptions): Promise<string>;
  promptStreaming(input: PromptInput, options?: PromptOptions): ReadableStream<string>;
  append(input: PromptInput, options?: { signal?: AbortSignal }): Promise<void>;
  /** Tokens of a text or messages, without those that the chat template puts around them. */
  measureContextUsage(input: PromptInput, options?: { signal?: AbortSignal }): Promise<number>;
  /** Its older name. */
  measureInputUsage(input: PromptInput, options?: { signal?: AbortSignal }): Promise<number>;
  clone(options?: { signal?: AbortSignal }): Promise<LanguageModelSession>;
  destroy(): void;
  /** Tokens of the conversation as of the last answer, and how many there may be. Beyond them the oldest turns are dropped (`contextoverflow`). */
  readonly contextUsage: number;
  readonly contextWindow: number;
  readonly inputUsage: number;
  readonly inputQuota: number;
  readonly temperature: number | undefined;
  readonly topK: number | undefined;
  oncontextoverflow: ((event: Event) => void) | null;
}

export interface LanguageModelStatic {
  availability(options?: AvailabilityOptions): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options?: CreateOptions): Promise<LanguageModelSession>;
}

/**
 * Chrome's `LanguageModel` with a model of your own. A page that wants it as the global one says so:
 *
 *     globalThis.LanguageModel ??= promptApi(({ onProgress }) => WasmChord.load(url, { onProgress }));
 *
 * @param load loads the model when the first session is made; all sessions share it, each with a KV cache of its own
 */
export declare function promptApi(load: (options: { onProgress: (progress: Progress) => void }) => WasmChord | Promise<WasmChord>): LanguageModelStatic;
