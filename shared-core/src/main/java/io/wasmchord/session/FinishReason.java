package io.wasmchord.session;

/** Why generation ended. */
public enum FinishReason {
  /** An end-of-generation token or a stop text. */
  STOP,
  /** The limit of tokens, or the context is full. */
  LENGTH,
  /** The listener asked for it. */
  LISTENER
}
