/// <reference lib="esnext.disposable" />
/**
 * What a load is doing:
 * - `plan`: the header was read; `info` has what it says.
 * - `verify`: stored bytes are checked.
 * - `waiting`: a transfer failed, and is tried again soon.
 * - `storage`: how much the browser grants (`total`), and how much is used (`loaded`).
 * - `notice`: only `message` says something.
 */
export type ProgressPhase = 'engine' | 'header' | 'plan' | 'storage' | 'download' | 'verify' | 'waiting' | 'notice' | 'load';

export interface Progress {
  phase: ProgressPhase;
  /** Bytes so far; in the phase `load` 0 or 1. */
  loaded: number;
  /** Bytes in all, or null where the server does not say. */
  total: number | null;
  bytesPerSecond: number;
  secondsLeft: number | null;
  /** In the phases `waiting` and `notice`. */
  message?: string;
  /** In the phase `plan`: what the header says, before anything big is fetched. */
  info?: Inspection;
  /** In the phase `storage`: bytes that the model still takes there. */
  needed?: number;
}

/** A file of a Hugging Face repository. */
export interface HubFile {
  /** `owner/name` */
  repo: string;
  file: string;
  /** By default `main`. */
  revision?: string;
  /** Sent to the hub only. */
  token?: string;
  /** Another host with the same addresses. */
  endpoint?: string;
}

/**
 * Where a model is:
 * - a URL, or a file of the Hugging Face hub; these are kept in the browser's storage
 * - in Node.js, Deno and Bun, the path of a file; it is not copied
 * - a file from the user's disk or from the origin private file system; it is not copied
 * - the bytes of a file
 * - a `Response`, which is read to its end
 */
export type ModelFile = string | URL | Blob | FileSystemFileHandle | HubFile | ArrayBufferLike | ArrayBufferView | Response;

/** A split model (`-00001-of-0000N.gguf`) is named by the URL of one split, or by a list of all splits in order. */
export type ModelSource = ModelFile | readonly ModelFile[];

/** How a broken transfer is tried again. */
export interface RetryOptions {
  /** In a row without a byte; 5. */
  attempts?: number;
  /** Before the second attempt; doubles with each further one. 250. */
  delayMs?: number;
  /** Between two attempts at most; 15,000. */
  longestMs?: number;
  /** A connection that brings nothing for so long is broken; 30,000. */
  stallMs?: number;
  /** How long to wait for the network to come back; 300,000. */
  offlineMs?: number;
}

export interface InspectOptions {
  onProgress?: (progress: Progress) => void;
  /** Aborting rejects the load with code `cancelled`. */
  signal?: AbortSignal | null;
  /** Headers of every request for the model. */
  headers?: HeadersInit;
  retry?: RetryOptions;
  /** The longest sequence in tokens; by default the model's own, at most 4096. Refused with `out_of_memory` before the download where it does not fit. */
  contextLength?: number;
  /** How keys and values of past tokens are stored: float32 (the default), half of that, or about a quarter. */
  kvCache?: 'f32' | 'f16' | 'q8_0';
  /**
   * Copies of their state that models with recurrent layers keep to go back to; 4. A conversation that is changed is fed again from the copy before
   * the change. Other models need none.
   */
  checkpoints?: number;
  /** Tokens between two checkpoints; 256. */
  checkpointSpacing?: number;
  /** Whether text is composed (Unicode's NFC) where the model's authors do so, which is the default; `'none'` takes it as it is, as llama.cpp does. */
  normalization?: 'authors' | 'none';
  /**
   * A smaller model with the same tokens, which proposes what comes next to requests with `speculation: 'draft'`; answers stay the same. It lies
   * whole in memory beside the model and is counted in the plan; `headers` and `sha256` of the model are not used for it. A model with other tokens
   * is refused with `draft_mismatch`, before it is fetched (docs/speculation.md).
   */
  draft?: ModelFile | { source: ModelFile; headers?: HeadersInit; sha256?: string };
  /**
   * Loads the model's own block that predicts further tokens, if its file has one: it proposes to requests with `speculation: 'draft'`, in place of
   * a draft model. Its weights lie in memory once, and are counted in the plan as `draftBytes`. Files without such a block, or whose block
   * is not computed, are refused with `unsupported_model` (docs/speculation.md).
   */
  mtp?: boolean;
  /**
   * Bytes that the engine's memory may take. By default what the browser is assumed to grant.
   * A model that needs more is streamed: its layers are read from storage, disk or URL while it computes. The bits are the same; it is slower.
   */
  memoryBudget?: number;
  /** Bytes of that memory that are kept for adapters ({@link WasmChord.loadAdapter}); 0: they get what the model leaves. */
  adapterMemory?: number;
  /** Bytes of one WebAssembly memory; by default 4 GiB, or what the browser reserves. A larger model is put into several. */
  bankBytes?: number;
  threads?: number;
  /**
   * Sequences that are computed together, 1 to 16; 1 by default. Each has a KV cache of `contextLength` tokens, all of which are counted in the
   * plan. Requests and answers (`n`) beyond them wait for their turn. An encoder's texts need none (docs/parallel.md).
   */
  parallel?: number;
  /**
   * Where this module's files are: their folder, or a function from a file's name to its URL. They must be of the page's own origin.
   * Needed where a bundler does not place workers and the engine (docs/bundlers.md).
   */
  assets?: { base: string | URL } | ((name: string) => string | URL);
}

export interface LoadOptions extends InspectOptions {
  /** Keeps the model in the browser's storage for the next visit; true by default. */
  cache?: boolean;
  /**
   * Looks for the file of `sha256` in the browser's Cross-Origin Storage, where other sites may have put it, and puts it there once it was kept and compared; false.
   * Few browsers have that storage yet, and some ask the user. Without it this changes nothing.
   */
  crossOriginStorage?: boolean;
  /** Called when storage is too small: may these models be removed? They were used longest ago. Without it, none is removed. */
  onCacheFull?: (question: { needed: number; available: number; models: StoredModel[] }) => boolean | Promise<boolean>;
  /** The SHA-256 of the file, or of each split. Another file fails with `digest_mismatch`. By default what the hub reports. */
  sha256?: string | string[];
  /** Layers that are read ahead of their use, where not all are in memory; 1. */
  prefetch?: number;
  /** Which layers stay in memory, where not all can: as many as fit (the default), or the ones used last. */
  layerPolicy?: 'pinned' | 'lru';
  /** Which kernels: `auto` (the default) takes relaxed SIMD where the browser has it, else simd128, else none. All give the same bits. */
  simd?: 'auto' | 'relaxed' | 'simd128' | 'none';
  /**
   * What computes. `webgpu` is the GPU, with the same bits (docs/gpu.md); the load is refused with `unsupported_browser` where there is none that
   * can be waited for. Where it gives other results than the CPU, the CPU computes, and `advice` says so. `simd` (the default) are the kernels of
   * the option `simd`; `scalar` is plain code. `auto` measures a few tokens on a GPU and on the CPU, where there is a GPU, and takes the faster.
   */
  backend?: 'auto' | 'webgpu' | 'simd' | 'scalar';
  /** Layers that the GPU computes, from the first on, and with them what belongs to no layer; the others the CPU. All of them by default. */
  gpuLayers?: number;
  /** Whether kernels note how long they take ({@link WasmChord.profile}); false. It costs a little time. */
  profile?: boolean;
  /**
   * Threads that compute, 1 to 64; by default as many as there are cores, at most 8. More than one needs a cross-origin isolated page
   * (code `not_isolated`); without isolation the default is 1. Any number gives the same bits.
   */
  threads?: number;
}

/** A LoRA adapter, and how strongly it is applied: 1, the default, as it was trained. */
export interface AdapterChoice {
  name: string;
  scale?: number | null;
}

export interface AdapterOptions {
  /** What requests call it. */
  name: string;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal | null;
  headers?: HeadersInit;
  retry?: RetryOptions;
  /** Keeps the file in the browser's storage for the next visit; true by default. */
  cache?: boolean;
  sha256?: string;
}

export interface LoadedAdapter {
  name: string;
  /** The largest of its matrices. */
  rank: number;
  /** In memory, as float32. */
  bytes: number;
}

/** How a model is put into memory, or would be. */
export interface Plan {
  /** All in one memory, all in several memories, or layers streamed through slots. */
  mode: 'resident' | 'banks' | 'streamed';
  /** Whether all of it fits what is granted. */
  fits: boolean;
  contextLength: number;
  weightBytes: number;
  kvCache: 'f32' | 'f16' | 'q8_0';
  /** Of all `parallel` sequences together. */
  kvCacheBytes: number;
  parallel: number;
  /** An estimate. */
  scratchBytes: number;
  /** What the model of the option `draft`, or the block of `mtp`, takes, with caches for all sequences; 0 without one. */
  draftBytes: number;
  /** In memory while the model computes, with a draft model's. */
  totalBytes: number;
  /** What the browser is assumed to grant: 60 % of the memory that it reports, or of 4 GiB. */
  grantedBytes: number;
  memories: number;
  slots: number;
  slotBytes: number;
  /** What lies on the GPU, beside `totalBytes`; null where nothing does. */
  gpu: { layers: number; weightBytes: number; kvCacheBytes: number; scratchBytes: number; totalBytes: number } | null;
}

/** What the header of a model says. */
export interface Inspection {
  name: string;
  /** The licence that the file names, such as `apache-2.0`, or null. It is what the file's author has written. */
  license: string | null;
  architecture: string;
  /** A model of kind `embedding` gives vectors and cannot generate text. */
  kind: 'language' | 'embedding';
  /** How `embeddings.create` makes one vector of a text's tokens, by default. */
  pooling: Pooling;
  /** The head of a reranker or classifier: whether it ranks documents, and what its labels are called. Null for other models. */
  classifier: { ranks: boolean; labels: string[] } | null;
  parameters: number;
  fileBytes: number;
  trainedContextLength: number;
  vocabularySize: number;
  layers: number;
  hidden: number;
  /** How many tensors there are of each format, e.g. `{ Q4_K: 145, F32: 45 }`. */
  tensorTypes: Record<string, number>;
  /** The preset that the file's own chat template is recognised as, `jinja` for another, or null without one. */
  chatTemplate: string | null;
  /** Whether the template has the variable `enable_thinking`, to be given in `chat_template_kwargs`. */
  thinkingSwitch: boolean;
  plan: Plan;
}

/** A model of {@link WasmChord.models}: `WasmChord.load(source, { sha256 })` loads it. */
export interface CatalogueModel {
  /** Short and unique in the list. */
  id: string;
  /** To be shown. */
  name: string;
  /** Whether it is for `chat.completions`, `embeddings` or `rerank`. */
  purpose: 'chat' | 'embedding' | 'rerank';
  /** Its languages and what it is good for, in English. */
  about: string;
  /** A file of the hub, of one revision. */
  source: Readonly<HubFile>;
  /** Of the file. */
  bytes: number;
  /** Of the file, as 64 hexadecimal digits. */
  sha256: string;
  /** As hubs name it, such as `apache-2.0`. */
  license: string;
}

/** A model in the browser's storage. */
export interface StoredModel {
  /** Without parameters that hold a signature or a token. */
  url: string;
  name: string;
  /** Bytes that are there. */
  bytes: number;
  /** Bytes of the whole file, or null where that is not known yet. */
  size: number | null;
  complete: boolean;
  /** The SHA-256 that was checked, or null. */
  verified: string | null;
  /** Milliseconds since 1970. */
  lastUsed: number;
}

/** A user's text, a message, or several. */
type Said = string | Message | MessageFields | readonly (Message | MessageFields)[];

/** Beside these, all options of an answer but `stream`, `signal` and `onProgress`: the defaults of the session's answers. */
export interface SessionOptions extends Omit<ChatParams, 'messages' | 'stream' | 'signal' | 'onProgress'> {
  /** What the conversation begins with. */
  messages?: Said;
  /** Tokens of the longest conversation; by default the model's `contextLength`. */
  contextLength?: number;
  /**
   * What becomes of a conversation that is longer: `'error'` (the default) rejects with `context_overflow`; `'slide'` drops the oldest turns
   * after the instructions, and the rest is read again; a function gives the messages to go on with, or null to reject.
   */
  overflow?: 'error' | 'slide' | ((messages: Message[], error: WasmChordError) => Message[] | null | Promise<Message[] | null>);
}

export type PromptParams = Omit<ChatParams, 'messages'>;

/** How an answer goes on. All else is as it was asked for. */
export interface ResumeParams extends Pick<PromptParams, 'signal' | 'onProgress' | 'logitsProcessor'> {
  /** By default as it was. */
  stream?: boolean | null;
}

/** An answer that was interrupted. */
export interface Journal {
  name: string;
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** The journals of this origin; see `journal` of a request. */
export interface Journals {
  /** The last that was written to first. */
  list(): Promise<Journal[]>;
  /** Removes one; resolves to whether there was one. */
  delete(name: string): Promise<boolean>;
}

/** A conversation with a KV cache of its own. One answer at a time: meanwhile its methods reject with `busy`. */
export declare class ChatSession {
  private constructor();

  /** A copy of what has been said. */
  readonly messages: Message[];

  /** Answers a user's text, or messages. Both are kept once the answer has ended; one that was aborted leaves the conversation as it was. */
  prompt(input: Said, params: PromptParams & { stream: true }): Promise<AsyncIterable<ChatChunk>>;
  prompt(input: Said, params?: PromptParams & { stream?: false | null }): Promise<ChatCompletion>;

  /** Goes on with an answer of a session that was interrupted: see {@link WasmChord.resume}. The messages that it is to take the place of these. */
  resume(name: string, params: ResumeParams & { stream: true }): Promise<AsyncIterable<ChatChunk>>;
  resume(name: string, params: ResumeParams & { stream: false }): Promise<ChatCompletion>;
  resume(name: string, params?: ResumeParams | null): Promise<ChatCompletion | AsyncIterable<ChatChunk>>;

  /** Adds messages that are not to be answered yet. */
  append(messages: Said): void;

  /** Keeps the first `count` messages. The next prompt is read only from where it differs. */
  rewind(count: number): void;

  /** A session of its own that begins alike. It takes a cache of the same size when it is used, or before this one overwrites what both have. */
  clone(): Promise<ChatSession>;

  /** Tokens in the cache, how many it has room for, and its bytes. */
  usage(): Promise<{ tokens: number; contextLength: number; bytes: number }>;

  /** The conversation with its cache, for `restoreSession` or a file. */
  save(): Promise<Blob>;

  /** Frees the cache. */
  dispose(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ModelCache {
  /** Last used first. */
  list(): Promise<StoredModel[]>;
  /** Bytes of all models. */
  size(): Promise<number>;
  /** Whether a model is stored whole, with all its splits. Files from disk and `blob:` URLs are never stored. */
  has(source: ModelSource): Promise<boolean>;
  /** Removes all files of a model. Resolves to whether there were any; rejects with `busy` while a page uses one. */
  delete(source: ModelSource): Promise<boolean>;
  clear(): Promise<void>;
  quota(): Promise<{ quota: number | null; usage: number | null; persisted: boolean }>;
}

/** The kinds of error; a message names file, key and value, and says what to do. */
export type ErrorCode =
  | 'malformed_gguf'
  | 'unsupported_model'
  | 'invalid_model'
  /** A file is no LoRA adapter, or none of the model. */
  | 'invalid_adapter'
  /** An adapter has something that cannot be applied here; the message names it. */
  | 'unsupported_adapter'
  | 'invalid_request'
  /** A session's conversation is longer than its context (docs/sessions.md). */
  | 'context_overflow'
  /** Bytes that are no saved session or journal, or one that was damaged or cut short. */
  | 'session_invalid'
  /** A saved session or journal of another model, or of another version of the format. */
  | 'session_mismatch'
  /** The model's own chat template fails or refuses the conversation; the message names its line. */
  | 'chat_template'
  | 'generation_failed'
  /** Text or logits were asked of an embedding model; use `embeddings.create`. */
  | 'embedding_only'
  /** Ranks or labels were asked of a model without a head for it; use a reranker or classifier. */
  | 'no_classifier'
  | 'cancelled'
  | 'out_of_memory'
  | 'not_a_model'
  | 'http_error'
  | 'network_error'
  | 'truncated'
  /** The file at the address changed while it was read, more than once. */
  | 'source_changed'
  /** The file is not the one whose digest was given or reported. */
  | 'digest_mismatch'
  /** A model that must be stored to run does not fit the browser's storage. */
  | 'quota_exceeded'
  /** Layers cannot be read any more while the model computes. */
  | 'weights_unavailable'
  /** The model's heads do not divide into the blocks of the KV cache's type. */
  | 'unsupported_cache'
  /** A draft model has other tokens than the model that it is to propose for. */
  | 'draft_mismatch'
  /** A grammar or a regular expression cannot be read; the message has line and column. */
  | 'invalid_grammar'
  /** A JSON schema has a keyword that an answer cannot be held to; the message names it and its place. */
  | 'unenforceable_schema'
  /** A schema, grammar or pattern would take more time or memory than one may. */
  | 'constraint_too_large'
  | 'no_storage'
  | 'unsupported_browser'
  /** A file of this module cannot be loaded, or the page's Content-Security-Policy refuses it; the message names it. */
  | 'engine_unavailable'
  /** Several threads were asked for, and the page is not cross-origin isolated. */
  | 'not_isolated'
  /** A worker thread ended or never started; load the model again. */
  | 'worker_lost'
  /** Of an engine that tabs share (`wasm-chord/shared`): the tab that had it was closed in the middle of an answer. Ask again. */
  | 'engine_lost'
  /** No open page shares the engine that a service worker was asked for. */
  | 'no_engine'
  | 'disposed'
  | 'busy'
  | 'internal';

/** An error of code `cancelled` has the name `AbortError`, and the signal's reason as its `cause`. */
export class WasmChordError extends Error {
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown });
  readonly code: ErrorCode;
}

/** A tool call. */
export interface ToolCall {
  /** Nine letters and digits, chosen at random; a tool's answer names it as `tool_call_id`. */
  id: string;
  type: 'function';
  /**
   * `arguments` is a JSON object as the model wrote it. It is what the tool's schema allows where the call was enforced: `strict`, or a
   * `tool_choice` that asks for a call. Else it is only well-formed.
   */
  function: { name: string; arguments: string };
}

/** A tool in OpenAI's shape. */
export interface Tool {
  type: 'function';
  /** `strict`: arguments that the schema does not allow cannot be written. A keyword that cannot be enforced is then an error. */
  function: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean | null };
}

/** A part of a message's content. Parts of type `text` are joined as they are; a message with any other is refused. */
export interface ContentPart {
  type: string;
  text?: string;
}

/** A message, as OpenAI's types have it. */
export interface MessageFields {
  /** One that the model's template knows; the first four are known everywhere. */
  role: 'system' | 'user' | 'assistant' | 'tool' | 'developer' | (string & {});
  /** Null only for an answer that consists of tool calls. */
  content?: string | readonly ContentPart[] | null;
  /** What the model thought before it answered. Given back, it goes to the model's own template, which may leave it out. */
  reasoning_content?: string | null;
  /** Arguments may be an object, too; the template is given what it takes. */
  tool_calls?: readonly { id?: string; type?: string; function?: { name: string; arguments: string | Record<string, unknown> } }[] | null;
  /** Of a tool's answer: the call that it answers. */
  tool_call_id?: string;
}

/** Other fields, such as `name`, are for the model's own template; one that is null is as if it were not there. */
export interface Message extends MessageFields {
  [field: string]: unknown;
}

/**
 * Null means not given. These are refused with `invalid_request`:
 * - an unknown option, or a value out of range
 * - an option of OpenAI's that is not supported: `suffix` and the like. Their neutral values are accepted.
 */
export interface SamplingParams {
  /** At most this many tokens; by default until the context is full, as with -1 and Infinity. */
  max_tokens?: number | null;
  /** The same by its newer name. */
  max_completion_tokens?: number | null;
  /** 0 is greedy. Default 0.8. */
  temperature?: number | null;
  /** Default 0.95. */
  top_p?: number | null;
  /** 0 is all. Default 40. */
  top_k?: number | null;
  /** Default 0.05. */
  min_p?: number | null;
  /** Default 1: none. */
  repetition_penalty?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  /** How many tokens are recent to these three. Default 64. */
  repeat_last_n?: number | null;
  /** Added to logits before all else: by ids, or as a list of pairs, `['text', -5]` or `[42, false]`; `false` forbids a token. */
  logit_bias?: Record<string, number | false> | readonly (readonly [number | string, number | false])[] | null;
  /** The temperature follows the entropy by up to this much. Default 0: not at all. */
  dynatemp_range?: number | null;
  /** Default 1. */
  dynatemp_exponent?: number | null;
  /** Only tokens of typical surprise that reach this probability. Default 1: all. */
  typical_p?: number | null;
  /** Only tokens at most so many standard deviations below the best. Default 0: all. */
  top_n_sigma?: number | null;
  /** How often the top choices are left out where several are likely. Default 0: never. */
  xtc_probability?: number | null;
  /** From which probability on a token is likely. Default 0.1. */
  xtc_threshold?: number | null;
  /** Penalty of tokens that go on with a repetition (DRY). Default 0: none. */
  dry_multiplier?: number | null;
  /** Default 1.75. */
  dry_base?: number | null;
  /** Shorter repetitions are free. Default 2. */
  dry_allowed_length?: number | null;
  /** Tokens that are looked at, 0 for all. Default 64. */
  dry_penalty_last_n?: number | null;
  /** No repetition goes across these. Default: line end, `:`, `"` and `*`. */
  dry_sequence_breakers?: readonly string[] | null;
  /** 1 or 2 keeps the surprise near `mirostat_tau`, in place of the cuts. Default 0: not. */
  mirostat?: 0 | 1 | 2 | null;
  /** In bits. Default 5. */
  mirostat_tau?: number | null;
  /** Default 0.1. */
  mirostat_eta?: number | null;
  /** Draws tokens near this probability. Default -1: not. */
  adaptive_target?: number | null;
  /** Default 0.9. */
  adaptive_decay?: number | null;
  /** The samplers that work, in their order. Default: penalties, dry, top_n_sigma, top_k, typical_p, top_p, min_p, xtc, temperature. */
  samplers?: readonly ('penalties' | 'dry' | 'top_n_sigma' | 'top_k' | 'typical_p' | 'typ_p' | 'top_p' | 'min_p' | 'xtc' | 'temperature')[] | null;
  /** The same seed gives the same text on every platform. */
  seed?: number | null;
  /** The answer does not end by itself before so many tokens. */
  min_tokens?: number | null;
  /** Texts that end the answer and are not part of it; as many as you like. */
  stop?: string | readonly string[] | null;
  /** Ids of tokens that end the answer, beside the model's own; with `ignore_eos` none does. */
  stop_token_ids?: number | readonly number[] | null;
  /** The text of `stop` that ended the answer is part of it. Default false. */
  include_stop_str_in_output?: boolean | null;
  /** Log-probabilities of what the samplers left, in place of the model's own distribution. Needs `logprobs`. */
  logprobs_after_samplers?: boolean | null;
  /**
   * Changes the logits of each token in place, before all else that chooses it. `ids` are the tokens of prompt and answer so far.
   * Minus infinity means never; NaN and infinity end the answer with `invalid_request`. What it throws ends the answer with just that.
   * It may be async. The logits of each token go to the page and back, which takes time (docs/sampling.md).
   */
  logitsProcessor?: ((logits: Float32Array, ids: Int32Array) => unknown) | null;
  /** Goes on after the model has said that it is done; for measurements. */
  ignore_eos?: boolean | null;
  /** LoRA adapters of this request alone, in place of those of {@link WasmChord.setAdapters}. */
  lora?: readonly AdapterChoice[] | null;
  /**
   * Keeps a journal of the answer in the browser's storage, by this name: letters, digits, dots, hyphens, underscores. An answer that a closed page, an
   * abort or an error has interrupted goes on with {@link WasmChord.resume}. It is removed when the answer ends. Not with `n`, `logprobs`, or T5.
   */
  journal?: string | null;
  /** Aborting rejects with code `cancelled` within one token; the model stays usable. */
  signal?: AbortSignal | null;
  /** Told after each batch of the prompt, before the first token: `phase` is `prefill`, and `loaded` of `total` tokens are computed. */
  onProgress?: ((progress: { phase: 'prefill'; loaded: number; total: number }) => void) | null;
  stream?: boolean | null;
  /**
   * Where `usage` is told: on the last chunk by default, nowhere where `include_usage` is false. Where it is true, as in OpenAI's API: on one more
   * chunk whose `choices` are empty; on the others it is null.
   */
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null;
  /**
   * What the answer must be; reasoning before it stays free. At most one of these three is given. With tools, the answer has this form or calls tools.
   * - `json_object`: any JSON object. `json_schema`: what a schema allows, draft 2020-12 or 7. A keyword that cannot be enforced is an error, or
   *   left out where `strict` is false.
   * - `structural_tag`: free text until one of `triggers`, then one of `structures` that begins with it.
   */
  response_format?:
    | { type: 'text' | 'json_object' }
    | {
        type: 'json_schema';
        json_schema: {
          /** Needed; OpenAI's types allow to leave it out. */
          schema?: Record<string, unknown> | boolean;
          name?: string;
          description?: string;
          strict?: boolean | null;
          /** Default `flexible`. */
          whitespace?: 'none' | 'spaced' | 'flexible';
          /** Default `as_written`. */
          property_order?: 'as_written' | 'free';
        };
      }
    | {
        type: 'structural_tag';
        structures: readonly { begin: string; schema: Record<string, unknown> | boolean; end: string }[];
        triggers: readonly string[];
      }
    | null;
  /** A grammar in llama.cpp's GBNF. */
  grammar?: string | null;
  /** A JSON schema or a RegExp, as in the Prompt API. A RegExp matches the whole answer. */
  responseConstraint?: Record<string, unknown> | boolean | RegExp | null;
  /**
   * Proposes tokens ahead of the model, which looks at several in one batch. The answer is the same; where it repeats the prompt it comes faster.
   * `draft` proposes what the model of the load's option `draft`, or the block of `mtp`, finds most likely. `lookup` proposes what followed the last tokens before, `ngram` of which are compared (default 8), at most `tokens` at once (default 31); both
   * are within 1..64. Where it does not pay it is left out by itself. Default `off`, and with a `prediction` `lookup`.
   */
  speculation?: 'lookup' | 'draft' | 'off' | { kind?: 'lookup' | 'draft' | 'off'; ngram?: number; tokens?: number } | null;
  /** A text that much of the answer will be like, such as a file that is to be changed: `lookup` proposes its parts too. */
  prediction?: { type?: 'content'; content: string | readonly { type: 'text'; text: string }[] } | null;
  /** How many answers, 1 (the default) to 128, as `choices`; the first has the seed, each next one the seed after. */
  n?: number | null;
  /** Accepted and not used: the model is the one that was loaded. */
  model?: string;
  /** Accepted and not used. */
  user?: string;
}

export interface ChatParams extends SamplingParams {
  /** How likely each token of the content was: `choices[0].logprobs`. */
  logprobs?: boolean | null;
  /** How many of the most likely tokens are named beside each, 0 to 20. Needs `logprobs`. */
  top_logprobs?: number | null;
  messages: readonly (Message | MessageFields)[];
  /**
   * The chat template: by default the model's own. A model without one is refused with `invalid_request`, and the error names the presets.
   * A preset: chatml, llama2, llama3, zephyr, alpaca. Or the name of another template in the file.
   */
  template?: 'auto' | 'chatml' | 'llama2' | 'llama3' | 'zephyr' | 'alpaca' | (string & {}) | null;
  /**
   * The source of a Jinja template, to be used instead of the model's own. Not together with a `template` other than `auto`.
   * A template that cannot be parsed, or fails, is refused with `chat_template` and its line.
   * The last one is kept, so requests that repeat it do not parse it again.
   */
  chat_template?: string | null;
  /**
   * Tools for the model's own template; most expect OpenAI's shape. Tools of type `custom` are refused.
   * Tool calls are read where the model's way of writing them is known (docs/chat.md). A call of another tool, or a malformed one, stays text.
   */
  tools?: readonly (Tool | Record<string, unknown> | { type: string })[] | null;
  /**
   * `none` leaves the tools out of this answer. `required`, or a function's name, makes the model call: the answer is held to the model's own
   * syntax of calls, and to the tool's schema. A model whose syntax is not known is refused.
   */
  tool_choice?:
    | 'auto'
    | 'none'
    | 'required'
    | { type: 'function'; function: { name: string } }
    | { type: 'allowed_tools'; allowed_tools: { mode: 'auto' | 'required'; tools: readonly Record<string, unknown>[] } }
    | (string & {})
    | object
    | null;
  /** Whether a model may call several tools at once, as it may by default. False is enforced. */
  parallel_tool_calls?: boolean | null;
  /** Documents to answer from, for the model's own template. */
  documents?: readonly unknown[] | null;
  /** Other variables of the model's own template, e.g. `{ enable_thinking: false }`. */
  chat_template_kwargs?: Record<string, unknown> | null;
  /**
   * `auto` (the default) gives a model's reasoning as `reasoning_content`, where its template or vocabulary has markers for it, such as
   * `<think>`; `none` leaves it in the content, markers included.
   */
  reasoning_format?: 'auto' | 'none' | null;
  /** Only `{ type: 'text' }`. */
}

export interface CompletionParams extends SamplingParams {
  /** How likely each token was, with so many of the most likely ones beside it, 0 to 20: `choices[0].logprobs`. */
  logprobs?: number | null;
  /** The text begins with the prompt; with `logprobs` its tokens are scored too. */
  echo?: boolean | null;
  /**
   * A text or token ids, or a list of several such: they are computed together, as far as the load option `parallel` allows. Choices are those of
   * the first prompt, then those of the next. Control tokens in a text are read as control tokens.
   */
  prompt: string | readonly number[] | ArrayBufferView | readonly (string | readonly number[] | ArrayBufferView)[] | null;
}

/** Which vector a text gets: the mean of its tokens' vectors, the first, the last, or all of them. */
export type Pooling = 'mean' | 'cls' | 'last' | 'none';

/** Null and unknown options are as in `SamplingParams`. */
export interface EmbeddingParams {
  /** One text or several, or ids of their tokens, with those around them. Control tokens in a text are read as text. */
  input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  /** By default what the file says, else `mean` for an encoder, also one that a decoder follows, and `last` for a language model. */
  pooling?: Pooling | null;
  /** Divides vectors by their length, so that their dot product is the cosine of their angle; true by default. */
  normalize?: boolean | null;
  /** Cuts a text that is longer than the model's context; by default it is refused. */
  truncate?: boolean | null;
  /** How many numbers of a vector are kept, for models that are known to be trained for it (README); refused for others. */
  dimensions?: number | null;
  /** A list of numbers (the default), the bytes of float32 numbers, lowest first, in base64, or a typed array. */
  encoding_format?: 'float' | 'base64' | 'float32array' | null;
  /** LoRA adapters of this request alone; of an encoder they are chosen with {@link WasmChord.setAdapters}. */
  lora?: readonly AdapterChoice[] | null;
  /** Aborting rejects with code `cancelled` within one layer; the model stays usable. */
  signal?: AbortSignal | null;
  /** Accepted and not used: the model is the one that was loaded. */
  model?: string;
  /** Accepted and not used. */
  user?: string;
}

/** `V` is a vector as `encoding_format` asks for it; a list of them, one for each token, with pooling `none`. */
export interface EmbeddingList<V = number[]> {
  object: 'list';
  /** In the order of the texts. */
  data: { object: 'embedding'; index: number; embedding: V }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
}

/** Null and unknown options are as in `SamplingParams`. */
export interface RerankParams {
  query: string;
  /** One or more texts, or objects that have one under `text`. */
  documents: readonly (string | { text: string })[];
  /** How many of the best are named; by default all. */
  top_n?: number | null;
  /** Repeats the documents' texts in the answer. */
  return_documents?: boolean | null;
  /** Gives the model's own numbers, as llama.cpp and wllama do, in place of scores from 0 to 1. */
  raw_scores?: boolean | null;
  /** Cuts the end of a document that does not fit the model's context together with the query; by default it is refused. */
  truncate?: boolean | null;
  /** LoRA adapters of this request alone; of an encoder they are chosen with {@link WasmChord.setAdapters}. */
  lora?: readonly AdapterChoice[] | null;
  /** Aborting rejects with code `cancelled` within one layer; the model stays usable. */
  signal?: AbortSignal | null;
  /** Accepted and not used: the model is the one that was loaded. */
  model?: string;
  /** Accepted and not used. */
  user?: string;
}

/** The best document first; of equals the earlier one. */
export interface RerankAnswer {
  object: 'list';
  model: string;
  /** `index` is the document's place in the request; `document` is there where `return_documents` asks for it. */
  results: { index: number; relevance_score: number; document?: { text: string } }[];
  usage: { prompt_tokens: number; total_tokens: number };
}

/** Null and unknown options are as in `SamplingParams`. */
export interface ClassificationParams {
  /** One text or several, or ids of their tokens, with those around them. */
  input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  /** How many of the best labels are named; by default all. */
  top_n?: number | null;
  /** `softmax` where one label is meant (the default of several), `sigmoid` where any may be (the default of one), or `none`. */
  function?: 'softmax' | 'sigmoid' | 'none' | null;
  /** Cuts a text that is longer than the model's context; by default it is refused. */
  truncate?: boolean | null;
  /** LoRA adapters of this request alone; of an encoder they are chosen with {@link WasmChord.setAdapters}. */
  lora?: readonly AdapterChoice[] | null;
  /** Aborting rejects with code `cancelled` within one layer; the model stays usable. */
  signal?: AbortSignal | null;
  /** Accepted and not used: the model is the one that was loaded. */
  model?: string;
  /** Accepted and not used. */
  user?: string;
}

export interface ClassificationAnswer {
  object: 'list';
  model: string;
  /** In the order of the texts: the best label, and all of them, the best first. */
  data: { object: 'classification'; index: number; label: string; score: number; labels: { label: string; score: number }[] }[];
  usage: { prompt_tokens: number; total_tokens: number };
}

/** A vector, by the format and the pooling that were asked for. */
export type EmbeddingOf<P extends EmbeddingParams> = PooledBy<P, P extends { encoding_format: 'base64' } ? string : P extends { encoding_format: 'float32array' } ? Float32Array : number[]>;

type PooledBy<P, V> = P extends { pooling: 'none' } ? V[] : V;

export type FinishReason = 'stop' | 'length';

/** `tool_calls` where the model has ended an answer that calls tools. */
export type ChatFinishReason = FinishReason | 'tool_calls';

/** The answer, which can be given back as a {@link Message}. */
export type AnswerMessage = {
  role: 'assistant';
  /** Null in an answer that consists of tool calls. */
  content: string | null;
  /** A model's refusal is not told from its other answers. */
  refusal: null;
  /** What the model thought before it answered. */
  reasoning_content?: string;
  tool_calls?: ToolCall[];
};

/** What a chunk adds to the answer: text, reasoning, tool calls, or nothing. */
export interface Delta {
  role?: 'assistant';
  content?: string;
  reasoning_content?: string;
  /**
   * A call begins with its `id`, `type` and name, and empty `arguments`; then come pieces of its arguments. `index` counts the calls of the
   * answer. Calls that are enforced come as they are written, where their arguments are JSON; others once they are whole.
   */
  tool_calls?: ToolCallDelta[];
}

/** A piece of a tool call. */
export interface ToolCallDelta {
  index: number;
  /** On the first piece. */
  id?: string;
  /** On the first piece. */
  type?: 'function';
  /** The name is on the first piece. */
  function: { name?: string; arguments: string };
}

/** What a tool of a runner is told beside its arguments. */
export interface ToolContext {
  id: string;
  name: string;
  /** From 1. */
  round: number;
  /** Aborts with the run; never, where no signal was given. */
  signal: AbortSignal;
}

/** A tool that the runner runs. A text goes to the model as it is, anything else as JSON. Without `execute` its calls are left to the caller. */
export interface RunnableTool extends Tool {
  execute?: (args: any, context: ToolContext) => unknown;
}

/** A call that the runner makes. */
export interface RunCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  round: number;
}

export interface RunToolsParams extends Omit<ChatParams, 'tools' | 'stream' | 'stream_options'> {
  tools: readonly RunnableTool[];
  /** How often the model is asked at most. In the last round it is given no tools, so that it answers. Default 8. */
  maxRounds?: number | null;
  /** `tell` (the default) gives the model the text of a tool's error; `throw` rejects with the error. */
  toolErrors?: 'tell' | 'throw' | null;
  /** Before a tool runs. */
  onToolCall?: ((call: RunCall) => void) | null;
  /** After it, with what the model is told. */
  onToolResult?: ((call: RunCall & { content: string; error: unknown }) => void) | null;
  /** Each chunk of each answer. */
  onChunk?: ((chunk: ChatChunk) => void) | null;
}

export interface ToolRun {
  /** The last answer. It has `tool_calls` where a tool has no `execute`. */
  completion: ChatCompletion;
  content: string | null;
  /** The conversation, with all calls, what tools said, and the last answer. */
  messages: (Message | MessageFields | AnswerMessage)[];
  rounds: number;
}

export interface Usage {
  prompt_tokens: number;
  /** Of the prompt's tokens, those that were still in the cache. */
  cached_tokens: number;
  /** The same, where OpenAI has it. */
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens: number;
  /** Tokens that `speculation` proposed: those that the answer has, and the others. */
  completion_tokens_details: { accepted_prediction_tokens: number; rejected_prediction_tokens: number };
  total_tokens: number;
}

export interface Timings {
  load_ms: number;
  prefill_ms: number;
  first_token_ms: number;
  decode_ms: number;
  tokens_per_second: number;
}

/** A token and the natural logarithm of its probability; -9999 for 0. */
export interface TokenLogprob {
  /** Its text; `bytes:\xe2\x82` where that is no whole characters. */
  token: string;
  logprob: number;
  bytes: number[];
}

/** The tokens of the content; of a chunk those that it brings. Reasoning and calls of tools are left out. */
export interface ChatLogprobs {
  content: (TokenLogprob & { top_logprobs: TokenLogprob[] })[];
  refusal: null;
}

/** The tokens of a text. For the first token of an echoed prompt there is null, though OpenAI's types do not say so. */
export interface TextLogprobs {
  tokens: string[];
  token_logprobs: number[];
  /** The token that came is among them. */
  top_logprobs: Record<string, number>[];
  /** Where each begins in the answer's text; in chunks, in all of it. UTF-16 units. */
  text_offset: number[];
}

export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  /** One: of several answers, the one that it is of. */
  choices: [{ index: number; delta: Delta; logprobs: ChatLogprobs | null; finish_reason: ChatFinishReason | null }];
  /** On the last chunk; see `stream_options`. */
  usage?: Usage | null;
  /** On the last chunk. */
  timings?: Timings;
}

/** The last chunk where `stream_options.include_usage` is true. */
export interface UsageChunk {
  id: string;
  object: 'chat.completion.chunk' | 'text_completion';
  created: number;
  model: string;
  choices: never[];
  usage: Usage;
  timings: Timings;
}

/** One of `n` answers. */
export interface ChatChoice {
  index: number;
  message: AnswerMessage;
  logprobs: ChatLogprobs | null;
  finish_reason: ChatFinishReason;
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: [ChatChoice, ...ChatChoice[]];
  usage: Usage;
  timings: Timings;
}

export interface CompletionChunk {
  id: string;
  object: 'text_completion';
  created: number;
  model: string;
  /** One: of several answers, the one that it is of. */
  choices: [{ index: number; text: string; logprobs: TextLogprobs | null; finish_reason: FinishReason | null }];
  /** On the last chunk; see `stream_options`. */
  usage?: Usage | null;
  /** On the last chunk. */
  timings?: Timings;
}

/** One of several answers. */
export interface TextChoice {
  index: number;
  text: string;
  logprobs: TextLogprobs | null;
  finish_reason: FinishReason;
}

/** A completion in one piece. It has the shape of a chunk, and always a finish reason. */
export interface Completion extends Omit<CompletionChunk, 'choices'> {
  choices: [TextChoice, ...TextChoice[]];
  usage: Usage;
  timings: Timings;
}

/** What a thread did with a kernel: see {@link WasmChord.profile}. */
export interface KernelTime {
  /** Its name, e.g. `matmulQ4K`. */
  kernel: string;
  thread: number;
  /** Commands of which the thread did a part, or tried to. */
  commands: number;
  /** Microseconds with them. */
  workMicros: number;
  /** Barriers that came next. */
  waits: number;
  /** Microseconds at them. */
  waitMicros: number;
  /** Waits of more than 100 microseconds. */
  longWaits: number;
}

export interface MemoryUse {
  linearBytes: number;
  modelBytes: number;
  kvCacheBytes: number;
  /** Of adapters, and of what is needed to apply them. */
  adapterBytes: number;
  /** As planned for the model of the option `draft`, or the block of `mtp`. */
  draftBytes: number;
  scratchBytes: number;
  /** What was asked of the GPU since it was opened, and what it holds. */
  gpu?: { dispatches: number; submissions: number; bytesWritten: number; bytesRead: number; maps: number; bufferBytes: number };
  /** Where layers are streamed: what was read, and how often it was there in time. */
  layers?: LayerStatistics;
}

export interface LayerStatistics {
  slots: number;
  /** Layers that stay in memory. */
  pinned: number;
  /** Uses that found their layer there since an earlier use. */
  hits: number;
  /** Uses whose layer a prefetch had brought in time. */
  prefetchHits: number;
  /** Uses whose layer was still on its way. */
  late: number;
  /** Uses whose layer nobody had asked for. */
  misses: number;
  evictions: number;
  bytesRead: number;
  /** Time that computing waited for layers. */
  stallMs: number;
  /** Time that reads took, by a thread of their own. */
  readMs: number;
}

export interface ModelInfo extends Inspection {
  /** The longest sequence that this load allows. */
  contextLength: number;
  /** Whether the model is kept for the next visit, why not, and the SHA-256 of its files where they were compared with one. */
  cache: { stored: boolean; reason: string | null; sha256: string[] | null };
  /** The kernels in use. */
  backend: 'webgpu' | 'relaxed-simd' | 'simd128' | 'scalar';
  /** The GPU in use: what the browser calls it, whether it computes on the CPU, whether its kernels gave the CPU's bits at load, and how many layers it has. */
  gpu: { name: string; software: boolean; exact: true; layers: number } | null;
  threads: number;
  crossOriginIsolated: boolean;
  /** What keeps this load from its full speed and what to do about it; where `auto` has measured, what it chose and how fast both were; or null. */
  advice: string | null;
  memoryBytes: number;
  loadMs: number;
}

/**
 * A loaded model. Requests are answered in their order, as many at a time as `parallel` says; the others wait. One that waits can be aborted.
 * Beyond 1024 they are rejected with code `busy`.
 */
export declare class WasmChord {
  private constructor();

  /**
   * Loads a GGUF model. The header is checked first: a model that cannot run is refused before the rest is fetched.
   * It needs `Worker`, which a page or a dedicated worker has, or `worker_threads` (Node.js, Deno, Bun). Elsewhere it is refused with `unsupported_browser`.
   */
  static load(source: ModelSource, options?: LoadOptions | null): Promise<WasmChord>;

  /** Reads only a model's header, usually half a megabyte: what the model is, and whether it fits. */
  static inspect(source: ModelSource, options?: LoadOptions | null): Promise<Inspection>;

  /** The models in the browser's storage. */
  static readonly cache: ModelCache;

  /** Answers that were interrupted. */
  static readonly journals: Journals;

  /** Small open models that a page may offer. The engine does not use the list; a page may assign its own. */
  static models: readonly CatalogueModel[];

  /** OpenAI's chat completions. Leaving a `for await` loop early stops the generation. */
  readonly chat: {
    readonly completions: {
      create(params: ChatParams & { stream: true; stream_options: { include_usage: true } }): Promise<AsyncIterable<ChatChunk | UsageChunk>>;
      create(params: ChatParams & { stream: true }): Promise<AsyncIterable<ChatChunk>>;
      create(params: ChatParams & { stream?: false | null }): Promise<ChatCompletion>;
      create(params: ChatParams): Promise<ChatCompletion | AsyncIterable<ChatChunk>>;
      /** Asks, runs the tools that the model calls one after the other, and so on until it answers. */
      runTools(params: RunToolsParams): Promise<ToolRun>;
    };
  };

  /** OpenAI's text completions. The prompt of an encoder-decoder (T5) goes to its encoder; what comes back is the decoder's answer. */
  readonly completions: {
    create(params: CompletionParams & { stream: true; stream_options: { include_usage: true } }): Promise<AsyncIterable<CompletionChunk | UsageChunk>>;
    create(params: CompletionParams & { stream: true }): Promise<AsyncIterable<CompletionChunk>>;
    create(params: CompletionParams & { stream?: false | null }): Promise<Completion>;
    create(params: CompletionParams): Promise<Completion | AsyncIterable<CompletionChunk>>;
  };

  /**
   * Goes on with an answer that was begun with `journal`, here or in a page that is closed: as if it had not been interrupted, what there was
   * already first. Refused with `session_mismatch` where the model, its `contextLength`, `kvCache` or adapters are others, and with
   * `session_invalid` where the journal is damaged.
   */
  resume(name: string, params: ResumeParams & { stream: true }): Promise<AsyncIterable<ChatChunk | CompletionChunk>>;
  resume(name: string, params: ResumeParams & { stream: false }): Promise<ChatCompletion | Completion>;
  resume(name: string, params?: ResumeParams | null): Promise<ChatCompletion | Completion | AsyncIterable<ChatChunk | CompletionChunk>>;

  /** A conversation with a KV cache of its own, beside those of `parallel`. `out_of_memory` where there is no room for it (docs/sessions.md). */
  createSession(options?: SessionOptions | null): Promise<ChatSession>;

  /** A session that `save` gave, here or on the JVM. Others are refused with `session_invalid` or `session_mismatch`. */
  restoreSession(saved: Blob | ArrayBuffer | ArrayBufferView, options?: Pick<SessionOptions, 'overflow'> | null): Promise<ChatSession>;

  /**
   * Vectors of texts, in OpenAI's shape, by a model of any kind. A language model loses the cache of its conversation: the next answer
   * reads the whole prompt again.
   */
  readonly embeddings: {
    create<const P extends EmbeddingParams>(params: P): Promise<EmbeddingList<EmbeddingOf<P>>>;
  };

  /** How well documents fit a query, by a reranker; other models reject with `no_classifier`. */
  rerank(params: RerankParams): Promise<RerankAnswer>;

  /** Labels of texts, by a classifier; other models reject with `no_classifier`. */
  classify(params: ClassificationParams): Promise<ClassificationAnswer>;

  /**
   * Loads a LoRA adapter (GGUF, as llama.cpp converts them) beside the model, whose weights stay as they are. It is not applied before a request
   * or {@link setAdapters} chooses it. Rejects with `invalid_adapter`, `unsupported_adapter`, or `out_of_memory` where the model leaves no room.
   */
  loadAdapter(source: ModelFile, options: AdapterOptions): Promise<LoadedAdapter>;

  /** Chooses adapters for requests without `lora`; an empty list for none. They are applied in this order. */
  setAdapters(adapters: readonly AdapterChoice[]): Promise<void>;

  /** Gives an adapter's memory back; requests that name it are refused then. */
  unloadAdapter(name: string): Promise<void>;

  /** The token ids of a text; `addSpecial` (default true) adds what the model wants around it. */
  tokenize(text: string, options?: { addSpecial?: boolean | null; parseSpecial?: boolean | null } | null): Promise<number[]>;

  /** The text of token ids. */
  detokenize(ids: readonly number[] | ArrayBufferView, options?: { special?: boolean | null } | null): Promise<string>;

  modelInfo(): ModelInfo;

  /** How long the kernels of all threads took since the last call, with the option `profile`; empty without it. */
  profile(): Promise<KernelTime[]>;
  /** Bytes of linear memory, and what they are used for. */
  memory(): Promise<MemoryUse>;

  /** Logits, for comparison with other implementations; then the greedy ids that follow. */
  logits(
    tokens: readonly number[] | ArrayBufferView,
    options?: { positions?: 'all' | 'last' | null; greedy?: number | null } | null,
  ): Promise<{ rows: number; columns: number; data: Float32Array; greedy: number[] }>;

  /** Ends the worker and frees all memory. */
  dispose(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
