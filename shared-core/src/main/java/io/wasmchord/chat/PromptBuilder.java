package io.wasmchord.chat;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A prompt in the making: control tokens by name, and text in which nothing is taken for a control
 * token, so that a message cannot forge a turn. Neighbouring texts are joined before they are
 * tokenized.
 */
final class PromptBuilder {
  private record Part(String text, boolean control) {}

  private final List<Part> parts = new ArrayList<>();

  PromptBuilder control(String token) {
    parts.add(new Part(token, true));
    return this;
  }

  PromptBuilder text(String text) {
    int last = parts.size() - 1;
    if (last >= 0 && !parts.get(last).control) {
      parts.set(last, new Part(parts.get(last).text + text, false));
    } else {
      parts.add(new Part(text, false));
    }
    return this;
  }

  /**
   * Whether it is spelled as the presets' control tokens are; those of other turns are no text
   * either.
   */
  private static boolean controlToken(String piece) {
    return piece.startsWith("<|") && piece.endsWith("|>");
  }

  /** The prompt as one text. */
  String render() {
    StringBuilder all = new StringBuilder();
    parts.forEach(part -> all.append(part.text));
    return all.toString();
  }

  /**
   * The prompt as tokens; the tokenizer's own beginning of sequence comes first where the model
   * wants one.
   */
  int[] encode(Tokenizer tokenizer) {
    Set<Integer> own = new HashSet<>();
    parts.forEach(part -> own.add(part.control ? tokenizer.idOf(part.text) : -1));
    int[] ids = tokenizer.encode("", true, false);
    for (Part part : parts) {
      int[] more =
          part.control
              ? tokenizer.encode(part.text, false, true)
              : tokenizer.encodeText(
                  part.text,
                  (id, from, to) -> own.contains(id) || controlToken(tokenizer.piece(id)));
      int at = ids.length;
      ids = Arrays.copyOf(ids, at + more.length);
      System.arraycopy(more, 0, ids, at, more.length);
    }
    return ids;
  }
}
