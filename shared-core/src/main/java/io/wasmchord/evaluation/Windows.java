package io.wasmchord.evaluation;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * The windows of a text that a model reads, each from an empty cache, and which of their tokens are
 * scored. Without a stride they lie one after the other, and tokens after the middle are scored;
 * with one, each begins so many tokens after the one before, and its last ones are scored: as
 * llama.cpp's perplexity has it.
 */
public final class Windows {
  private final int[] tokens;
  private final int context;
  private final int stride; // 0 without
  private final int count;
  private final int bos; // or -1

  private Windows(int[] tokens, int context, int stride, int count, int bos) {
    this.tokens = tokens;
    this.context = context;
    this.stride = stride;
    this.count = count;
    this.bos = bos;
  }

  /**
   * @param context tokens of a window
   * @param stride tokens between the beginnings of two, or 0
   * @param most windows at most, or 0 for all
   */
  public record Options(int context, int stride, int most) {
    /** As llama.cpp's: windows of 512 tokens, of which the second half is scored. */
    public static final Options DEFAULT = new Options(512, 0, 0);

    public Options {
      if (context < 2 || stride < 0 || stride >= context || most < 0) {
        throw new InvalidRequestException(
            "windows of "
                + context
                + " tokens, "
                + stride
                + " apart, "
                + most
                + " at most; a window has 2 tokens or more, a stride is less than that, and no"
                + " number is negative");
      }
    }
  }

  /**
   * The windows of a text.
   *
   * @param tokens of it, with those that a model wants around a text
   * @throws InvalidRequestException when there are too few
   */
  public static Windows of(int[] tokens, Tokenizer tokenizer, Options options) {
    int context = options.context;
    int needed = options.stride == 0 ? 2 * context : context + 1;
    if (tokens.length < needed) {
      throw new InvalidRequestException(
          "the text has "
              + tokens.length
              + " tokens; windows of "
              + context
              + " need "
              + needed
              + ": give a longer text or a shorter context");
    }
    int all =
        options.stride == 0
            ? tokens.length / context
            : (tokens.length - context + options.stride - 1) / options.stride;
    int count = options.most == 0 ? all : Math.min(all, options.most);
    return new Windows(tokens.clone(), context, options.stride, count, bos(tokenizer));
  }

  /** Windows that lie one after the other in {@code tokens}. */
  static Windows given(int[] tokens, Tokenizer tokenizer, int context) {
    return new Windows(tokens, context, 0, tokens.length / context, bos(tokenizer));
  }

  private static int bos(Tokenizer tokenizer) {
    int[] around = tokenizer.encode("a", true, false);
    return around.length > 0 && around[0] == tokenizer.bos() ? around[0] : -1;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** Tokens of each. */
  public int context() {
    return context;
  }

  /** Whether they lie one after the other. */
  boolean halves() {
    return stride == 0;
  }

  /** The place in a window whose logits are the first to be looked at. */
  public int first() {
    return stride == 0 ? context / 2 : context - stride - 1;
  }

  /** Tokens of each window that are scored. */
  public int scored() {
    return context - 1 - first();
  }

  /** A window's tokens; the first is the one that begins a text, where the model has such a one. */
  public int[] window(int i) {
    int from = i * (stride == 0 ? context : stride);
    int[] window = Arrays.copyOfRange(tokens, from, from + context);
    window[0] = bos < 0 ? window[0] : bos;
    return window;
  }

  /** All tokens of the windows, one after the other, as they are in the text. */
  int[] tokens() {
    return Arrays.copyOf(tokens, count * context);
  }
}
