package io.wasmchord.api;

import io.wasmchord.session.TokenScore;
import io.wasmchord.tokenizer.Utf8Stream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds out which tokens an answer's content consists of: text is held back, and reasoning, calls
 * of tools and markers are taken out of it, after its tokens were told.
 */
final class ContentScores {
  /**
   * A token that content consists of.
   *
   * @param start in all text of the answer, UTF-16 units
   */
  record Placed(TokenScore score, int start) {}

  private final Utf8Stream utf8 = new Utf8Stream();
  private final StringBuilder pending = new StringBuilder(); // text that did not come out yet
  private final Deque<Placed> tokens = new ArrayDeque<>(); // of it
  private final List<Placed> content = new ArrayList<>();
  private int base; // where the pending text begins

  /** Adds a token; its text comes out later, if ever. */
  void add(TokenScore score) {
    tokens.add(new Placed(score, base + pending.length()));
    if (score.shown()) {
      pending.append(utf8.push(score.bytes()));
    }
  }

  /** Content came out. */
  void content(String text) {
    take(text, true);
  }

  /** Something else came out. */
  void other(String text) {
    take(text, false);
  }

  /**
   * Usually text goes on where the last one ended. Else something was taken out before it, which
   * may spell the same.
   */
  private void take(String text, boolean isContent) {
    if (tokens.isEmpty()) {
      return;
    }
    if (pending.indexOf(text) < 0) {
      pending.append(utf8.flush()); // a character that was left incomplete
    }
    int first = pending.indexOf(text);
    int at = first <= 0 ? 0 : pending.lastIndexOf(text);
    int end = first < 0 ? pending.length() : at + text.length();
    while (!tokens.isEmpty() && tokens.getFirst().start < base + end) {
      Placed token = tokens.removeFirst();
      int next = tokens.isEmpty() ? base + pending.length() : tokens.getFirst().start;
      boolean before = token.start < base + at && next <= base + at;
      if (isContent && !before) {
        content.add(token);
      } else if (next > base + end) {
        tokens.addFirst(token); // what follows of it may be content
        break;
      }
    }
    pending.delete(0, end);
    base += end;
  }

  /**
   * Tokens of a text, placed in it. A tokenizer may have put something before it. A text has the
   * names of control tokens, or it has not.
   */
  static List<Placed> placed(List<TokenScore> scores, String text) {
    List<Placed> named = placed(scores, text, true);
    return named.isEmpty() ? placed(scores, text, false) : named;
  }

  private static List<Placed> placed(List<TokenScore> scores, String text, boolean names) {
    Utf8Stream utf8 = new Utf8Stream();
    StringBuilder all = new StringBuilder();
    List<Integer> starts = new ArrayList<>();
    for (TokenScore score : scores) {
      starts.add(all.length());
      all.append(names || score.shown() ? utf8.push(score.bytes()) : "");
    }
    all.append(utf8.flush());
    if (names && !all.toString().endsWith(text)) {
      return List.of();
    }
    int before = all.length() - text.length();
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      int start = Math.min(text.length(), Math.max(0, starts.get(i) - before));
      placed.add(new Placed(scores.get(i), start));
    }
    return placed;
  }

  /** Tokens of the content since the last call. */
  List<Placed> drain() {
    List<Placed> come = List.copyOf(content);
    content.clear();
    return come;
  }
}
