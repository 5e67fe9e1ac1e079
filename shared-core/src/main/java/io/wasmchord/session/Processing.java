package io.wasmchord.session;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.sampling.Logits;
import io.wasmchord.sampling.LogitsProcessor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Runs a caller's processor over logits, or has them wait for one that the host runs. */
final class Processing {
  private final @Nullable LogitsProcessor processor;
  private final int tokens;
  private @Nullable Waiting waiting;

  /**
   * Logits that wait.
   *
   * @param own what the host changes, of which {@code logits} are more
   */
  private record Waiting(float[] own, float[] logits) {}

  /**
   * @param tokens how many of the logits are of tokens
   */
  Processing(@Nullable LogitsProcessor processor, int tokens) {
    this.processor = processor;
    this.tokens = tokens;
  }

  boolean wanted() {
    return processor != null;
  }

  /** Logits that wait for the host, or null. */
  float @Nullable [] waiting() {
    return waiting == null ? null : waiting.own;
  }

  /** Has logits processed in place; false where they wait for the host first. */
  boolean process(float[] logits, int[] sequence, int length) {
    if (processor == null) {
      return true;
    }
    float[] own = Arrays.copyOf(logits, tokens);
    Logits.check(own, length);
    if (processor == LogitsProcessor.LATER) {
      waiting = new Waiting(own, logits);
      return false;
    }
    processor.process(own, Arrays.copyOf(sequence, length));
    take(own, logits, length);
    return true;
  }

  /** What the host has processed. */
  float[] processed(int length) {
    Waiting waited = waiting;
    if (waited == null) {
      throw new InvalidRequestException("no logits wait to be processed");
    }
    waiting = null;
    take(waited.own, waited.logits, length);
    return waited.logits;
  }

  private static void take(float[] own, float[] logits, int length) {
    Logits.checkProcessed(own, length);
    System.arraycopy(own, 0, logits, 0, own.length);
  }
}
