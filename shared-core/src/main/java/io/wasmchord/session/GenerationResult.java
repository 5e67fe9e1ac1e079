package io.wasmchord.session;

import io.wasmchord.session.speculation.Proposals;

/**
 * What a generation did.
 *
 * @param text all text that the listener was given
 * @param tokens the generated ids, an end-of-generation token not included
 * @param promptTokens tokens of the prompt
 * @param cachedTokens of these, how many were still in the cache
 * @param prefillNanos time to feed the prompt
 * @param firstTokenNanos time from the start to the first token
 * @param decodeNanos time from the first token to the last
 * @param proposals what became of tokens that were proposed ahead of the model
 */
public record GenerationResult(
    String text,
    int[] tokens,
    FinishReason finish,
    int promptTokens,
    int cachedTokens,
    long prefillNanos,
    long firstTokenNanos,
    long decodeNanos,
    Proposals proposals) {
  /** A generation without proposals. */
  public GenerationResult(
      String text,
      int[] tokens,
      FinishReason finish,
      int promptTokens,
      int cachedTokens,
      long prefillNanos,
      long firstTokenNanos,
      long decodeNanos) {
    this(
        text,
        tokens,
        finish,
        promptTokens,
        cachedTokens,
        prefillNanos,
        firstTokenNanos,
        decodeNanos,
        Proposals.NONE);
  }

  /** Prompt tokens fed per second; 0 where nothing was fed. */
  public double prefillPerSecond() {
    return perSecond(promptTokens - cachedTokens, prefillNanos);
  }

  /** Tokens per second after the first; 0 for fewer than two. */
  public double decodePerSecond() {
    return perSecond(tokens.length - 1, decodeNanos);
  }

  private static double perSecond(int count, long nanos) {
    return count <= 0 || nanos <= 0 ? 0 : count * 1e9 / nanos;
  }
}
