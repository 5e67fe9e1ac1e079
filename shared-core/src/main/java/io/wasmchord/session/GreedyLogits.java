package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.Logits;
import java.util.Arrays;

/** Logits of given tokens and of the greedy ones that follow, for comparison with others. */
public final class GreedyLogits {
  private static final int MOST_LOGITS = 1 << 22; // on the heap at once

  private GreedyLogits() {}

  /** Tokens that may be fed at once where the logits of each are wanted: rows of up to 16 MiB. */
  public static int batch(Model model) {
    return Math.max(1, Math.min(model.maxBatch(), MOST_LOGITS / model.config().vocabulary()));
  }

  /** Takes rows of logits as they are computed. */
  @FunctionalInterface
  public interface Rows {
    /**
     * @param position of the first row's token
     * @param logits row-major, a row for each token
     */
    void accept(int position, float[] logits);
  }

  /** Positions that {@link #compute} reports for so many tokens. */
  public static int positions(int tokens, int greedy) {
    return tokens + Math.max(0, greedy - 1);
  }

  /**
   * What {@link #compute} takes.
   *
   * @throws InvalidRequestException when tokens and greedy ones do not fit the model, or are none
   */
  public static void check(Model model, int[] tokens, int greedy) {
    int longest = model.config().contextLength();
    long positions = tokens.length + Math.max(0L, greedy - 1L);
    if (tokens.length == 0 || greedy < 0 || positions > longest) {
      throw new InvalidRequestException(
          tokens.length
              + " tokens and "
              + greedy
              + " greedy ones; the model takes 1 to "
              + longest);
    }
    Requirements.tokens(tokens, model.config().vocabulary());
  }

  /** As the other, with a cache of float32. */
  public static int[] compute(Model model, int[] tokens, int greedy, Rows rows) {
    return compute(model, tokens, greedy, KvType.F32, rows);
  }

  /**
   * Feeds {@code tokens}, then greedy ones, which are tokens of the file's tokenizer. Where an
   * encoder takes a prompt, it is given {@code tokens}, and the decoder too, with its start token
   * in place of the first.
   *
   * @param greedy how many tokens to choose
   * @param cacheType how keys and values are stored
   * @return the chosen tokens
   * @throws InvalidRequestException when they do not fit the model or are no tokens of it
   */
  public static int[] compute(Model model, int[] tokens, int greedy, KvType cacheType, Rows rows) {
    check(model, tokens, greedy);
    int total = positions(tokens.length, greedy);
    int[] sequence = Arrays.copyOf(tokens, tokens.length + greedy);
    int vocabulary = model.config().vocabulary();
    int choices = model.config().tokens();
    KvCache cache = model.newCache(total, cacheType);
    try {
      if (model.config().stacks().decodes()) {
        Encoding encoding = model.encode(tokens, cache);
        while (encoding.step()) {}
        sequence[0] = model.config().stacks().start();
      }
      for (int at = 0; at < total; ) {
        int n = at < tokens.length ? Math.min(model.maxBatch(), tokens.length - at) : 1;
        float[] logits =
            model.forward(Arrays.copyOfRange(sequence, at, at + n), at, cache, Model.Wanted.ALL);
        rows.accept(at, logits);
        at += n;
        if (at >= tokens.length && at - tokens.length < greedy) {
          int from = logits.length - vocabulary;
          float[] last = Arrays.copyOfRange(logits, from, from + choices);
          Logits.check(last, at);
          sequence[at] = Logits.argmax(last);
        }
      }
    } finally {
      model.release(cache);
    }
    return Arrays.copyOfRange(sequence, tokens.length, sequence.length);
  }
}
