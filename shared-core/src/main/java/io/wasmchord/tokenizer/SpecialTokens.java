package io.wasmchord.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds tokens that are spelled out in a text: user-defined ones always, control tokens where the
 * caller asks.
 */
final class SpecialTokens {
  private record Special(String text, int id, boolean always) {}

  /** Receives a text's parts in order. */
  interface Parts {
    void text(String text);

    void token(int id);
  }

  private final Map<Character, List<Special>> byFirst = new HashMap<>();

  SpecialTokens(Vocabulary vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      Vocabulary.Kind kind = vocabulary.kind(id);
      String text = vocabulary.piece(id);
      boolean special =
          kind == Vocabulary.Kind.CONTROL
              || kind == Vocabulary.Kind.UNKNOWN
              || kind == Vocabulary.Kind.USER_DEFINED;
      if (special && !text.isEmpty()) {
        byFirst
            .computeIfAbsent(text.charAt(0), c -> new ArrayList<>())
            .add(new Special(text, id, kind == Vocabulary.Kind.USER_DEFINED));
      }
    }
    byFirst.values().forEach(list -> list.sort(Comparator.comparingInt(s -> -s.text.length())));
  }

  void split(String text, boolean parseSpecial, Parts parts) {
    int begin = 0;
    int at = 0;
    while (at < text.length()) {
      Special found = find(text, at, parseSpecial);
      if (found == null) {
        at++;
        continue;
      }
      if (at > begin) {
        parts.text(text.substring(begin, at));
      }
      parts.token(found.id);
      at += found.text.length();
      begin = at;
    }
    if (begin < text.length()) {
      parts.text(text.substring(begin));
    }
  }

  private @Nullable Special find(String text, int at, boolean parseSpecial) {
    List<Special> candidates = byFirst.get(text.charAt(at));
    if (candidates != null) {
      for (Special s : candidates) {
        if ((parseSpecial || s.always) && text.startsWith(s.text, at)) {
          return s;
        }
      }
    }
    return null;
  }
}
