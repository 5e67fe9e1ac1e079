package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The tokens of text that is the only way on: they need not be chosen. */
final class ForcedTokens {
  private static final int[] NONE = {};
  private static final String BREAK = "\n";

  private ForcedTokens() {}

  /**
   * Tokens that must come next, as the tokenizer cuts their text. The last of them may yet become
   * part of a longer one, and is left out unless the text ends there.
   *
   * @param marks control tokens that the constraint tells from text
   */
  static int[] of(ConstraintState state, Tokenizer tokenizer, Set<Integer> marks) {
    byte[] forced = state.forced();
    ConstraintState ahead = state.copy();
    List<Integer> all = new ArrayList<>();
    int at = 0;
    while (at < forced.length) {
      int id = mark(forced, at, tokenizer, marks);
      if (id >= 0) {
        all.add(id);
        ahead.accept(id);
        at += 1 + tokenizer.bytes(id, true).length;
        continue;
      }
      int end = at;
      while (end < forced.length && (forced[end] & 0xFF) != CodePoints.CONTROL_BYTE) {
        end++;
      }
      byte[] text = Arrays.copyOfRange(forced, at, end);
      int whole = wholeCharacters(text);
      int[] ids = whole < 2 && end == forced.length ? NONE : cut(text, whole, tokenizer);
      for (int token : ids) {
        ahead.accept(tokenizer.bytes(token, false));
      }
      boolean complete =
          whole == text.length && ids.length > 0 && (end < forced.length || ahead.isFinished());
      for (int i = 0; i < (complete ? ids.length : ids.length - 1); i++) {
        all.add(ids[i]);
      }
      if (!complete) {
        break;
      }
      at = end;
    }
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The control token that must come, or -1. */
  private static int mark(byte[] forced, int at, Tokenizer tokenizer, Set<Integer> marks) {
    int found = -1;
    if ((forced[at] & 0xFF) == CodePoints.CONTROL_BYTE) {
      for (int id : marks) {
        if (begins(forced, at + 1, tokenizer.bytes(id, true))) {
          found = id;
        }
      }
    }
    return found;
  }

  private static boolean begins(byte[] bytes, int at, byte[] with) {
    return at + with.length <= bytes.length
        && Arrays.equals(bytes, at, at + with.length, with, 0, with.length);
  }

  /** The tokens of whole characters of a text, or none where the tokenizer adds to it. */
  private static int[] cut(byte[] text, int whole, Tokenizer tokenizer) {
    String characters = new String(text, 0, whole, StandardCharsets.UTF_8);
    int[] plain = tokenizer.encode(characters, false, false);
    if (spells(plain, 0, text, whole, tokenizer)) {
      return plain;
    }
    // It sets a space before: then it does so before the line break, which is taken away again.
    int[] after = tokenizer.encode(BREAK + characters, false, false);
    for (int from = 1; from < after.length; from++) {
      byte[] last = tokenizer.bytes(after[from - 1], false);
      boolean broken = last.length > 0 && last[last.length - 1] == BREAK.charAt(0);
      if (broken && spells(after, from, text, whole, tokenizer)) {
        return Arrays.copyOfRange(after, from, after.length);
      }
    }
    return NONE;
  }

  private static boolean spells(int[] ids, int from, byte[] text, int whole, Tokenizer tokenizer) {
    int at = 0;
    for (int i = from; i < ids.length; i++) {
      byte[] bytes = tokenizer.bytes(ids[i], false);
      if (bytes.length == 0 || at + bytes.length > whole || !begins(text, at, bytes)) {
        return false;
      }
      at += bytes.length;
    }
    return at == whole;
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
