package io.wasmchord.sampling;

/** What an answer must follow, token by token; one object for one answer. */
public interface Constraint {
  /** Allows every token. */
  Constraint NONE =
      new Constraint() {
        @Override
        public void mask(float[] logits) {}

        @Override
        public void accept(int token) {}
      };

  /**
   * Sets the logits of tokens that may not come next to minus infinity, before any sampler sees
   * them.
   *
   * @param logits one a token, finite or minus infinity
   */
  void mask(float[] logits);

  /** Hears which token was chosen. */
  void accept(int token);
}
