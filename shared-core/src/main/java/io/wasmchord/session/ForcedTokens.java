package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The tokens of text that is the only way on: they need not be chosen. */
final class ForcedTokens {
  private static final int[] NONE = {};

  private ForcedTokens() {}

  /**
   * Tokens that must come next, as the tokenizer cuts their text. The last of them may yet become
   * part of a longer one, and is left out unless the text ends there.
   */
  static int[] of(ConstraintState state, Tokenizer tokenizer) {
    byte[] forced = state.forced();
    int whole = wholeCharacters(forced);
    if (whole < 2) {
      return NONE;
    }
    String text = new String(forced, 0, whole, StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(text, false, false);
    ConstraintState ahead = state.copy();
    int at = 0;
    int count = 0;
    for (int id : ids) {
      byte[] bytes = tokenizer.bytes(id, false);
      boolean fits =
          bytes.length > 0
              && at + bytes.length <= whole
              && Arrays.equals(bytes, 0, bytes.length, forced, at, at + bytes.length);
      if (!fits) {
        return NONE; // the tokenizer adds something of its own
      }
      at += bytes.length;
      ahead.accept(bytes);
      count++;
    }
    boolean last = whole == forced.length && ahead.isFinished();
    return Arrays.copyOf(ids, last ? count : count - 1);
  }

  private static int wholeCharacters(byte[] bytes) {
    int n = bytes.length;
    int back = 0;
    while (back < 3 && back < n && (bytes[n - 1 - back] & 0xC0) == 0x80) {
      back++;
    }
    if (back < n) {
      int lead = bytes[n - 1 - back] & 0xFF;
      int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      return length == back + 1 ? n : n - back - 1;
    }
    return 0;
  }
}
