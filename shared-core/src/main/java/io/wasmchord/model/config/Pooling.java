package io.wasmchord.model.config;

/** How the hidden states of a text's tokens become its vector; {@code docs/arithmetic.md}. */
public enum Pooling {
  /** Not at all: a vector for each token. */
  NONE,
  /** The mean of all. */
  MEAN,
  /** The first token's. */
  CLS,
  /** The last token's. */
  LAST
}
