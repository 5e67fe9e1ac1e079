import type { AnswerMessage, ChatParams, LoadOptions, Message, ModelSource, Progress, WasmChord } from './wasm-chord.js';

export interface ChatHookOptions {
  /** Loaded when the component appears, and again when it is another; null or nothing: not yet. */
  model: ModelSource | null | undefined;
  /** Of the load. A change of these alone loads nothing. */
  options?: Omit<LoadOptions, 'signal' | 'onProgress'>;
  /** Of every answer. */
  params?: Omit<ChatParams, 'messages' | 'stream' | 'signal' | 'n'>;
  /** What the conversation begins with. */
  messages?: readonly (Message | AnswerMessage)[];
}

export interface ChatHook {
  /** `idle` without a model, `failed` where it could not be loaded. */
  state: 'idle' | 'loading' | 'ready' | 'answering' | 'failed';
  /** Of the load, while there is one. */
  progress: Progress | null;
  /** Why the load or the last answer failed. */
  error: Error | null;
  /** The conversation; the last message grows while it is written. */
  messages: readonly (Message | AnswerMessage)[];
  setMessages(messages: readonly (Message | AnswerMessage)[]): void;
  /**
   * Asks, and resolves to the answer's text once it has ended. A failure is `error`, and leaves the conversation as it was before. Rejects with `busy` where the
   * state is not `ready`.
   */
  send(content: string, params?: ChatHookOptions['params']): Promise<string>;
  /** Ends the answer that is being written. What there is of it stays. */
  stop(): void;
  /** The loaded model, for anything else. */
  chord: WasmChord | null;
}

/** A chat of one component. The model is disposed of when the component goes. Runs in the browser only: a server renders the state `loading`. */
export declare function useWasmChord(options: ChatHookOptions): ChatHook;
