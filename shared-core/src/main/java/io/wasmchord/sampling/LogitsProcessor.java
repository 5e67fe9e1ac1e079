package io.wasmchord.sampling;

/**
 * A caller's own step before the sampler chain: it changes the logits that the model gave. What the
 * request allows is masked afterwards, so an answer keeps its form whatever is done here.
 */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Stands for one that the host runs itself between two steps of a generation: the logits wait for
   * it there.
   */
  LogitsProcessor LATER =
      (logits, tokens) -> {
        throw new IllegalStateException("the host runs it between two steps");
      };

  /**
   * Changes logits in place. Called once for each token that is chosen, by the thread that
   * generates. Tokens that are the only way on in a constrained answer are not asked about. What it
   * throws ends the answer.
   *
   * @param logits one a token; minus infinity means never, NaN and plus infinity are refused
   * @param tokens of prompt and answer so far
   */
  void process(float[] logits, int[] tokens);
}
