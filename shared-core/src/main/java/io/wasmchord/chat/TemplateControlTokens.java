package io.wasmchord.chat;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the tokens that text is always split at are controls of a template: it spells them,
 * whole or around a role's name, and they look like one. What it does not use, and what is only
 * space, a word or a part of code, stays a token wherever it stands.
 */
final class TemplateControlTokens {
  private static final List<String> ROLES =
      List.of("system", "developer", "user", "assistant", "tool", "function", "ipython", "model");

  /**
   * Tokens with a role's name that are looked for; what a vocabulary has beyond that is guarded.
   */
  private static final int MAX_LOOKED_FOR = 128;

  private TemplateControlTokens() {}

  /** The controls of the template {@code source}. */
  static Set<Integer> of(String source, Tokenizer tokenizer) {
    Set<Integer> controls = spelled(source, 0, source.length(), tokenizer);
    int lookedFor = 0;
    for (int id = 0; id < tokenizer.size(); id++) {
      String piece = tokenizer.piece(id);
      String role = looksLikeOne(piece) ? role(piece) : null;
      if (role != null
          && tokenizer.userDefinedAt(piece, 0) == id
          && (++lookedFor > MAX_LOOKED_FOR || around(piece, role, source))) {
        controls.add(id);
      }
    }
    return controls;
  }

  /** Those that {@code text} spells between {@code from} and {@code to}. */
  static Set<Integer> spelled(String text, int from, int to, Tokenizer tokenizer) {
    Set<Integer> found = new HashSet<>();
    for (int i = from; i < to; i++) {
      int id = tokenizer.userDefinedAt(text, i);
      if (id >= 0 && i + tokenizer.piece(id).length() <= to && looksLikeOne(tokenizer.piece(id))) {
        found.add(id);
      }
    }
    return found;
  }

  /** The role whose name stands within {@code piece}, with something around it; or null. */
  private static @Nullable String role(String piece) {
    String small = piece.toLowerCase(Locale.ROOT);
    for (String role : ROLES) {
      int at = small.indexOf(role);
      if (at > 0 && at + role.length() < small.length()) {
        return role;
      }
    }
    return null;
  }

  /** Whether {@code source} may put {@code piece} together: it has what stands around the role. */
  private static boolean around(String piece, String role, String source) {
    int at = piece.toLowerCase(Locale.ROOT).indexOf(role);
    return source.contains(piece.substring(0, at))
        && source.contains(piece.substring(at + role.length()));
  }

  /** Whether it is spelled as no word is: with letters between signs, or a capital and a colon. */
  static boolean looksLikeOne(String piece) {
    if (piece.length() < 3 || piece.chars().noneMatch(Character::isLetterOrDigit)) {
      return false;
    }
    char first = piece.charAt(0);
    char last = piece.charAt(piece.length() - 1);
    return (last == ':' && Character.isUpperCase(first)) || (sign(first) && sign(last));
  }

  private static boolean sign(char c) {
    return c > ' ' && c != '\'' && c != '"' && c != '\u2581' && !Character.isLetterOrDigit(c);
  }
}
