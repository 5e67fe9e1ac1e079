package io.wasmchord.evaluation;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.LogSoftmax;
import io.wasmchord.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Log-probabilities in llama.cpp's file of them ({@code --kl-divergence-base}). A head: {@code
 * _logits_}, the tokens of a window, of the vocabulary, the windows, and all tokens of the windows,
 * as 32-bit numbers. Then for each scored token a row: a scale and the least log-probability as
 * floats, and for each token of the vocabulary a 16-bit number of steps above the least. The row
 * has an even number of these. Log-probabilities more than 16 below the best count as the least.
 */
public final class LogitsFile {
  private static final byte[] MAGIC = "_logits_".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 20;
  private static final int ROW_HEAD = 8;
  private static final double DEPTH = 16;
  private static final int STEPS = 65535;

  private final ByteView bytes;
  private final Windows windows;
  private final int vocabulary;

  private LogitsFile(ByteView bytes, Windows windows, int vocabulary) {
    this.bytes = bytes;
    this.windows = windows;
    this.vocabulary = vocabulary;
  }

  /** What a file of these windows begins with. */
  static byte[] head(Windows windows, int vocabulary) {
    if (!windows.halves()) {
      throw new InvalidRequestException(
          "a file of logits has windows without a stride; leave the stride out");
    }
    int[] tokens = windows.tokens();
    ByteBuffer head =
        ByteBuffer.allocate(HEAD + 4 * tokens.length).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
    head.putInt(windows.context()).putInt(vocabulary).putInt(windows.count());
    for (int token : tokens) {
      head.putInt(token);
    }
    return head.array();
  }

  private static int even(int vocabulary) {
    return vocabulary + (vocabulary & 1);
  }

  private static long rowBytes(int vocabulary) {
    return ROW_HEAD + 2L * even(vocabulary);
  }

  /** A row of a file. */
  static byte[] row(LogSoftmax softmax, int vocabulary) {
    float best = (float) softmax.of(softmax.best());
    float least = best;
    for (int id = 0; id < vocabulary; id++) {
      least = Math.min(least, (float) softmax.of(id));
    }
    least = (float) Math.max(least, best - DEPTH);
    float scale = (best - least) / STEPS;
    ByteBuffer row =
        ByteBuffer.allocate((int) rowBytes(vocabulary))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(scale)
            .putFloat(least);
    for (int id = 0; id < vocabulary; id++) {
      double above = softmax.of(id) - least;
      long steps = scale > 0 && above > 0 ? (long) (above / scale + 0.5) : 0;
      row.putShort((short) Math.min(STEPS, steps));
    }
    return row.array();
  }

  /**
   * Reads a file that may come from anywhere.
   *
   * @param name for messages
   * @param tokens how many tokens the model has
   * @throws InvalidRequestException when it is no such file, is not whole, or is another model's
   */
  public static LogitsFile of(ByteView bytes, String name, Tokenizer tokenizer, int tokens) {
    if (bytes.size() < HEAD || !begins(bytes)) {
      throw wrong(name, "it does not begin as a file of logits does");
    }
    int context = bytes.getInt(8);
    int vocabulary = bytes.getInt(12);
    int count = bytes.getInt(16);
    if (vocabulary != tokens) {
      throw new InvalidRequestException(
          name
              + " has logits of "
              + vocabulary
              + " tokens, the model has "
              + tokens
              + "; name a file that was made with a model of the same vocabulary");
    }
    long all = (long) context * count;
    if (context < 2 || count < 1 || all > (bytes.size() - HEAD) / 4) {
      throw wrong(name, "it says " + count + " windows of " + context + " tokens");
    }
    long rows = (long) count * (context - 1 - context / 2);
    long size = HEAD + 4 * all + rows * rowBytes(vocabulary);
    if (rows > bytes.size() / rowBytes(vocabulary) || bytes.size() != size) {
      throw wrong(name, "it has " + bytes.size() + " bytes in place of " + size);
    }
    int[] ids = new int[(int) all];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = bytes.getInt(HEAD + 4L * i);
      if (ids[i] < 0 || ids[i] >= tokens) {
        throw wrong(name, "it has a token " + ids[i]);
      }
    }
    return new LogitsFile(bytes, Windows.given(ids, tokenizer, context), vocabulary);
  }

  private static boolean begins(ByteView bytes) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes.getByte(i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private static InvalidRequestException wrong(String name, String what) {
    return new InvalidRequestException(
        name + " is no file of logits: " + what + "; make it again with --save-logits");
  }

  /** The windows that it has logits of. */
  public Windows windows() {
    return windows;
  }

  /** Its rows, read as they are asked for. */
  Reference reference() {
    return new Reference() {
      private long row;

      @Override
      public void begin(int window, int[] tokens, RunControl control) {
        row = (long) window * windows.scored();
      }

      @Override
      public List<Row> next(int count) {
        List<Row> rows = new ArrayList<>();
        long head = HEAD + 4L * windows.count() * windows.context();
        for (int i = 0; i < count; i++) {
          rows.add(read(head + row++ * rowBytes(vocabulary)));
        }
        return rows;
      }
    };
  }

  private Reference.Row read(long at) {
    float scale = bytes.getFloat(at);
    float least = bytes.getFloat(at + 4);
    if (!(scale >= 0 && scale < 1) || !(Math.abs(least) < 1e4f)) {
      throw new InvalidRequestException(
          "the file of logits has a row of scale "
              + scale
              + " from "
              + least
              + "; it is damaged: make it again with --save-logits");
    }
    double[] logprobs = new double[vocabulary];
    int best = 0;
    for (int id = 0; id < vocabulary; id++) {
      logprobs[id] = (double) scale * (bytes.getShort(at + ROW_HEAD + 2L * id) & 0xFFFF) + least;
      best = logprobs[id] > logprobs[best] ? id : best;
    }
    int top = best;
    return new Reference.Row() {
      @Override
      public double of(int id) {
        return logprobs[id] > -DEPTH ? logprobs[id] : Double.NEGATIVE_INFINITY;
      }

      @Override
      public double surprise(int id) {
        return -logprobs[id];
      }

      @Override
      public int best() {
        return top;
      }
    };
  }
}
