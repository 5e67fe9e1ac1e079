/** What a load is doing. */
export type ProgressPhase = 'engine' | 'header' | 'download' | 'load';

export interface Progress {
  phase: ProgressPhase;
  /** Bytes so far; in the phase `load` 0 or 1. */
  loaded: number;
  /** Bytes in all, or null where the server does not say. */
  total: number | null;
  bytesPerSecond: number;
  secondsLeft: number | null;
}

export interface LoadOptions {
  onProgress?: (progress: Progress) => void;
  /** Aborting rejects the load with code `cancelled`. */
  signal?: AbortSignal;
  /** Headers of every request for the model. */
  headers?: Record<string, string>;
  /** The longest sequence in tokens; by default the model's own, at most 4096. */
  contextLength?: number;
  /** Which kernels: `auto` (the default) takes relaxed SIMD where the browser has it, else simd128, else none. All give the same bits. */
  simd?: 'auto' | 'relaxed' | 'simd128' | 'none';
  /**
   * Threads that compute, 1 to 64; by default as many as there are cores, at most 8. More than one needs a cross-origin isolated page
   * (code `not_isolated`); without isolation the default is 1. Any number gives the same bits.
   */
  threads?: number;
}

/** The kinds of error; a message names file, key and value, and says what to do. */
export type ErrorCode =
  | 'malformed_gguf'
  | 'unsupported_model'
  | 'invalid_model'
  | 'invalid_request'
  | 'generation_failed'
  | 'cancelled'
  | 'out_of_memory'
  | 'not_a_model'
  | 'http_error'
  | 'network_error'
  | 'truncated'
  | 'unsupported_browser'
  /** Several threads were asked for, and the page is not cross-origin isolated. */
  | 'not_isolated'
  /** A worker thread ended or never started; load the model again. */
  | 'worker_lost'
  | 'disposed'
  | 'busy'
  | 'internal';

export class WasmChordError extends Error {
  readonly code: ErrorCode;
}

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface SamplingParams {
  /** At most this many tokens; by default until the context is full. */
  max_tokens?: number;
  /** 0 is greedy. Default 0.8. */
  temperature?: number;
  /** Default 0.95. */
  top_p?: number;
  /** 0 is all. Default 40. */
  top_k?: number;
  /** Default 0.05. */
  min_p?: number;
  /** Default 1: none. */
  repetition_penalty?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  /** The same seed gives the same text on every platform. */
  seed?: number;
  /** Texts that end the answer and are not part of it. */
  stop?: string | string[];
  /** Goes on after the model has said that it is done; for measurements. */
  ignore_eos?: boolean;
  /** Aborting rejects with code `cancelled` within one token; the model stays usable. */
  signal?: AbortSignal;
}

export interface ChatParams extends SamplingParams {
  messages: Message[];
  stream?: boolean;
  /** By default the model's own, which is executed. The others are presets, for files without one. */
  template?: 'auto' | 'chatml' | 'llama2' | 'llama3' | 'zephyr' | 'alpaca';
  /** Tools for the model's own template, as JSON values; most templates expect a function's JSON Schema. */
  tools?: unknown[];
  /** Documents to answer from, for the model's own template. */
  documents?: unknown[];
  /** Other variables of the model's own template, e.g. `{ enable_thinking: false }`. */
  chat_template_kwargs?: Record<string, unknown>;
}

export interface CompletionParams extends SamplingParams {
  /** A text, in which control tokens are read as such, or token ids. */
  prompt: string | number[];
  stream?: boolean;
}

export type FinishReason = 'stop' | 'length';

export interface Usage {
  prompt_tokens: number;
  /** Of the prompt's tokens, those that were still in the cache. */
  cached_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export interface Timings {
  load_ms: number;
  prefill_ms: number;
  first_token_ms: number;
  decode_ms: number;
  tokens_per_second: number;
}

export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: [{ index: 0; delta: { role?: 'assistant'; content?: string }; finish_reason: FinishReason | null }];
  /** On the last chunk. */
  usage?: Usage;
  /** On the last chunk. */
  timings?: Timings;
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: [{ index: 0; message: Message; finish_reason: FinishReason }];
  usage: Usage;
  timings: Timings;
}

export interface CompletionChunk {
  id: string;
  object: 'text_completion';
  created: number;
  model: string;
  choices: [{ index: 0; text: string; finish_reason: FinishReason | null }];
  usage?: Usage;
  timings?: Timings;
}

/** A completion in one piece: the shape of a chunk, with its reason to end. */
export type Completion = CompletionChunk;

export interface ModelInfo {
  name: string;
  architecture: string;
  parameters: number;
  fileBytes: number;
  /** The longest sequence that this load allows. */
  contextLength: number;
  /** The longest that the model was trained for. */
  trainedContextLength: number;
  vocabularySize: number;
  layers: number;
  hidden: number;
  /** Tensors by format. */
  tensorTypes: Record<string, number>;
  /** The preset that the file's own chat template is recognised as, `jinja` for another, or null without one. */
  chatTemplate: string | null;
  /** The kernels in use. */
  backend: 'relaxed-simd' | 'simd128' | 'scalar';
  threads: number;
  crossOriginIsolated: boolean;
  /** What keeps this load from its full speed and what to do about it, or null. */
  advice: string | null;
  memoryBytes: number;
  loadMs: number;
}

/** A loaded model. It answers one request at a time; a second one is rejected with code `busy`. */
export declare class WasmChord {
  /**
   * Loads a GGUF model from an address (by Range requests where the server knows them), or from a file on the user's disk. The
   * header is checked first, so a model that cannot run is refused before it is fetched.
   */
  static load(source: string | URL | File | Blob, options?: LoadOptions): Promise<WasmChord>;

  /** OpenAI's chat completions. Leaving a `for await` loop early stops the generation. */
  readonly chat: {
    readonly completions: {
      create(params: ChatParams & { stream: true }): Promise<AsyncIterable<ChatChunk>>;
      create(params: ChatParams): Promise<ChatCompletion>;
    };
  };

  /** OpenAI's text completions. */
  readonly completions: {
    create(params: CompletionParams & { stream: true }): Promise<AsyncIterable<CompletionChunk>>;
    create(params: CompletionParams): Promise<Completion>;
  };

  /** The token ids of a text; `addSpecial` (default true) adds what the model wants around it. */
  tokenize(text: string, options?: { addSpecial?: boolean; parseSpecial?: boolean }): Promise<number[]>;

  /** The text of token ids. */
  detokenize(ids: number[], options?: { special?: boolean }): Promise<string>;

  modelInfo(): ModelInfo;

  /** Bytes of linear memory, and what they are used for. */
  memory(): Promise<{ linearBytes: number; modelBytes: number; kvCacheBytes: number; scratchBytes: number }>;

  /** Logits for comparison with other implementations, then greedy ids. */
  logits(
    tokens: number[],
    options?: { positions?: 'all' | 'last'; greedy?: number },
  ): Promise<{ rows: number; columns: number; data: Float32Array; greedy: number[] }>;

  /** Ends the worker and frees all memory. */
  dispose(): Promise<void>;
}
