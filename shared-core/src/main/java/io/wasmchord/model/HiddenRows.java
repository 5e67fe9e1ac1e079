package io.wasmchord.model;

/** Is told the hidden states of a sequence. */
@FunctionalInterface
public interface HiddenRows {
  /**
   * Tokens were fed. It is called while a model computes, so it calls none.
   *
   * @param position of the first
   * @param rows [tokens, hidden], after the last norm
   */
  void fed(int position, float[] rows);
}
