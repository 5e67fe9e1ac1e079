/*
 * What crosses between the page and its workers: a type for each kind of message. Types alone; nothing of it is loaded.
 */

/** An error on its way; see `toPlain`. */
export interface PlainError {
  code: string;
  message: string;
}

// Between the page and the engine's worker.

export type ToEngine =
  | { id: number; type: string; params: object }
  | { id: number; type: 'abort' }
  /** The answer to a question: of a load the bytes that became free, of an answer the logits that a processor has changed. */
  | { type: 'answer'; params: { ask: number; answer: number | Float32Array } }
  /** Lets the threads leave their kernels, so that what they held is free at once. */
  | { type: 'stop' }
  | SpawnFailed;

/** A `result` or an `error` is the last message of a request. */
export interface FromEngine {
  id?: number;
  /** Progress, a piece of an answer, or a question, which has a number. */
  event?: any;
  result?: any;
  error?: PlainError;
  /** The answer to `stop`. */
  stopped?: true;
}

// Between a worker that wants another one and the page, which starts it.

/** `port` is the new worker's end of the channel between the two. */
export interface SpawnRequest {
  spawned: number;
  start?: keyof Spawned;
  port?: MessagePort;
  /** Ends it. */
  stop?: true;
}

export interface SpawnFailed {
  spawned: number;
  failed: string;
}

// Between a worker and those that were started for it.

export interface Spawned {
  kernels: { to: ToKernels; from: 'ready' };
  layers: { to: ToLayers; from: FromLayers };
  storage: { to: ToStorage; from: FromStorage };
  digest: { to: ToDigest; from: FromDigest };
}

/** What a spawned worker does with each message. */
export type Receives<K extends keyof Spawned> = (message: Spawned[K]['to'], reply: (message: Spawned[K]['from'], move?: Transferable[]) => void) => void;

/** Byte offsets of words in the control area. */
export interface ControlPlaces {
  control: number;
  failed: number;
  generation: number;
  epoch: number;
  list: number;
}

/** The one message of a kernel thread: it never comes back from it. */
export interface ToKernels {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  places: ControlPlaces;
  thread: number;
}

/** Where the bytes of one of a model's files can be read while it computes: in storage, on the user's disk, or at an address. */
export interface FileReader {
  /** Where it begins, of all files' bytes one after the other. */
  base: number;
  size: number;
  handle?: FileSystemFileHandle;
  blob?: Blob;
  url?: string;
  headers?: Record<string, string>;
  etag?: string | null;
  modified?: string | null;
  retry?: Retry;
}

/** See `RETRY`. */
export interface Retry {
  attempts: number;
  delayMs: number;
  longestMs: number;
  stallMs: number;
  offlineMs: number;
}

/** A run of a layer's bytes: where it is in the files, and in the slot. */
export interface LayerRun {
  offset: number;
  bytes: number;
  at: number;
}

export interface LayersWork {
  memory: WebAssembly.Memory;
  /** Shared; the words are described in `load/layers.js`. */
  state: Int32Array;
  readers: FileReader[];
  /** Addresses. */
  slots: number[];
  layers: LayerRun[][];
}

export type ToLayers =
  /** The first. */
  | { open: LayersWork }
  /** Brings a layer into a slot; the slot's word tells the end. */
  | { layer: number; slot: number }
  /** Reads a few bytes that the engine waits for; a word of their own tells the end. */
  | { offset: number; bytes: number; address: number };

/** The answer to `open`. */
export interface FromLayers {
  ready?: true;
  error?: string;
}

/** What a server said of a file. */
export interface Said {
  size: number | null;
  etag: string | null;
  modified: string | null;
  digest: string | null;
}

/** A request about one of a model's files in storage. */
export interface ToStorage {
  call: 'open' | 'make' | 'drop' | 'describe' | 'reserve' | 'reset' | 'settle' | 'close' | 'put' | 'read';
  /** Without it nothing is answered. */
  id?: number;
  file?: number;
  /** Of `open`. */
  url?: string;
  name?: string;
  /** Of `make` and `describe`. */
  said?: Said;
  /** Of `settle`: the digest of the whole file. */
  verified?: string | null;
  /** Of `put` and `read`: the chunk and its bytes, or room for them. A buffer comes back; the engine's own memory is shared. */
  index?: number;
  bytes?: Uint8Array;
}

export interface FromStorage {
  id: number;
  value?: any;
  buffer?: ArrayBuffer;
  /** With a code it is one of ours, with a name the platform's. */
  error?: { code?: string; name?: string; message: string };
}

/** A chunk of a file, in order; a message without one asks for the digest. */
export interface ToDigest {
  chunk?: Uint8Array;
  end?: true;
}

export interface FromDigest {
  taken?: number;
  hex?: string;
}
