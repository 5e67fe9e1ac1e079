package io.wasmchord.chat;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * Tells a template's own control tokens from those that a message spells. A character that stands
 * for nothing breaks up the latter before the template sees them, and goes before they are
 * tokenized as text. Two things get past it: a control token of one character, which no known model
 * has, and one that a template completes with text of its own.
 */
final class InputMarks {
  /** A noncharacter: Unicode promises that it never means anything. */
  private static final char MARK = '\uFDD0';

  private final Tokenizer tokenizer;
  private int[] ids = new int[0];

  InputMarks(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** {@code input} with every control token in it broken up. */
  String mark(String input) {
    String text = unmarked(input);
    StringBuilder marked = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      marked.append(text.charAt(i));
      if (tokenizer.controlAt(text, i) >= 0) {
        marked.append(MARK);
      }
    }
    return marked.toString();
  }

  private static String unmarked(String text) {
    return text.replace(String.valueOf(MARK), "");
  }

  /** The tokens of what a template made of marked texts. */
  int[] encode(String prompt) {
    ids = tokenizer.encode("", true, false);
    int bos = ids.length > 0 && ids[0] == tokenizer.bos() ? ids[0] : -1;
    int from = 0;
    int i = 0;
    while (i < prompt.length()) {
      int id = tokenizer.controlAt(prompt, i);
      if (id < 0) {
        i++;
        continue;
      }
      text(prompt.substring(from, i));
      if (i > 0 || id != bos) { // the template writes what the tokenizer has added
        append(id);
      }
      i += tokenizer.piece(id).length();
      from = i;
    }
    text(prompt.substring(from));
    return ids;
  }

  private void text(String text) {
    append(tokenizer.encode(unmarked(text), false, false));
  }

  private void append(int... more) {
    int at = ids.length;
    ids = Arrays.copyOf(ids, at + more.length);
    System.arraycopy(more, 0, ids, at, more.length);
  }
}
