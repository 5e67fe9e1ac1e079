package io.wasmchord.chat;

import io.wasmchord.chat.jinja.value.InputSpans;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The tokens of what a template wrote. A control token is one only where every character of it is
 * the template's own: what a message spells, or completes, stays text.
 */
final class PromptTokens {
  private final String prompt;
  private final InputSpans input;
  private final Set<Integer> controls;
  private final Tokenizer tokenizer;
  private int[] ids;

  private PromptTokens(
      Value.Text prompt, Set<Integer> controls, Tokenizer tokenizer, int[] before) {
    this.prompt = prompt.value();
    this.input = prompt.input();
    this.controls = new HashSet<>(controls);
    this.tokenizer = tokenizer;
    this.ids = before;
  }

  /**
   * The tokens of {@code prompt}.
   *
   * @param controls tokens that text is always split at, and that are the template's
   */
  static int[] encode(Value.Text prompt, Set<Integer> controls, Tokenizer tokenizer) {
    int[] before = tokenizer.encode("", true, false);
    return new PromptTokens(prompt, controls, tokenizer, before).encode();
  }

  /** The same without the tokens that the model wants around a text. */
  static int[] encodeAlone(Value.Text prompt, Set<Integer> controls, Tokenizer tokenizer) {
    return new PromptTokens(prompt, controls, tokenizer, new int[0]).encode();
  }

  private int[] encode() {
    for (int from = 0; from < prompt.length(); ) {
      int to = ownEnd(from);
      controls.addAll(TemplateControlTokens.spelled(prompt, from, to, tokenizer));
      from = to;
      while (from < prompt.length() && input.next(from) == from) {
        from++;
      }
    }
    int bos = ids.length > 0 && ids[0] == tokenizer.bos() ? ids[0] : -1;
    int from = 0;
    int i = 0;
    while (i < prompt.length()) {
      int id = controlAt(i);
      if (id < 0) {
        i++;
        continue;
      }
      text(from, i);
      if (i > 0 || id != bos) { // the template writes what the tokenizer has added
        append(id);
      }
      i += tokenizer.piece(id).length();
      from = i;
    }
    text(from, prompt.length());
    return ids;
  }

  /** Where the template's own text ends that {@code from} is in; {@code from} in the input. */
  private int ownEnd(int from) {
    return Math.min(prompt.length(), input.next(from));
  }

  /** The longest control token at {@code at} that is all the template's, or -1. */
  private int controlAt(int at) {
    int end = ownEnd(at);
    int id = end == at ? -1 : tokenizer.controlAt(prompt, at);
    boolean whole = id < 0 || at + tokenizer.piece(id).length() <= end;
    return whole ? id : tokenizer.controlAt(prompt.substring(at, end), 0);
  }

  private void text(int from, int to) {
    append(
        tokenizer.encodeText(
            prompt.substring(from, to),
            (id, begin, end) -> controls.contains(id) && input.overlaps(from + begin, from + end)));
  }

  private void append(int... more) {
    int at = ids.length;
    ids = Arrays.copyOf(ids, at + more.length);
    System.arraycopy(more, 0, ids, at, more.length);
  }
}
