package io.wasmchord.constraint;

import io.wasmchord.constraint.vocabulary.TokenBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** All single bytes, pieces of JSON, and an end. */
final class SmallVocabulary {
  private static final List<String> PIECES =
      List.of(
          "{\"", "\": ", "\", \"", "\"}", "[{", "}]", "},", ": ", ", ", "true", "false", "null",
          "12", "0.5", "-1", "ab", "abc", "name", "\"a", "é", "日本", "\\n", "\\u00", "  ", "\n  ",
          "]}", "\":", "\",", "a\"", "x1", "e+", "01", "🙂", "\"\"", "[]", "{}");

  static final int END = 256 + PIECES.size();
  static final TokenBytes TOKENS = make();

  private SmallVocabulary() {}

  private static TokenBytes make() {
    List<byte[]> bytes = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      bytes.add(new byte[] {(byte) b});
    }
    PIECES.forEach(piece -> bytes.add(piece.getBytes(StandardCharsets.UTF_8)));
    bytes.add(new byte[0]);
    return TokenBytes.of(bytes, List.of(END));
  }

  static boolean has(long[] mask, int id) {
    return (mask[id >> 6] >>> id & 1) != 0;
  }

  /**
   * A text that random choices among the allowed tokens lead to; it ends where it may, more eagerly
   * as it gets longer.
   */
  static @Nullable String walk(TokenConstraint constraint, Random random, int most) {
    ConstraintState state = constraint.start();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    long[] mask = new long[TOKENS.words()];
    for (int step = 0; step < most; step++) {
      state.mask(mask);
      List<Integer> allowed = new ArrayList<>();
      for (int id = 0; id < TOKENS.size(); id++) {
        if (has(mask, id)) {
          allowed.add(id);
        }
      }
      if (allowed.isEmpty()) {
        throw new AssertionError("a dead end after " + text.toString(StandardCharsets.UTF_8));
      }
      if (has(mask, END) && (state.isFinished() || random.nextInt(4) == 0)) {
        return text.toString(StandardCharsets.UTF_8);
      }
      int token = choose(allowed, random, step);
      if (token != END) {
        text.writeBytes(TOKENS.bytes(token));
        state.accept(token);
      }
    }
    return null;
  }

  /** Closing quotes and brackets are taken the more often the longer the text is. */
  private static int choose(List<Integer> allowed, Random random, int step) {
    if (random.nextInt(60) < Math.min(50, 6 + step / 4)) {
      for (int closing : new int[] {'"', ']', '}'}) {
        if (allowed.contains(closing)) {
          return closing;
        }
      }
    }
    return allowed.get(random.nextInt(allowed.size()));
  }
}
