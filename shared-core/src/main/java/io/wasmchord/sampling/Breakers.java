package io.wasmchord.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequences of tokens that no repetition goes across.
 *
 * @param byFirst for a token, what may follow it in such a sequence; nothing where it is one alone
 */
record Breakers(Map<Integer, List<int[]>> byFirst) {
  Breakers {
    byFirst = new HashMap<>(byFirst);
  }

  /** Whether the token breaks off alone. */
  boolean isOne(int token) {
    return byFirst.getOrDefault(token, List.of()).stream().anyMatch(rest -> rest.length == 0);
  }

  /**
   * How many of the last tokens stand behind the last sequence that breaks off; all of them where
   * there is none.
   *
   * @param from the first that counts
   */
  int since(int[] history, int from, int count) {
    for (int back = 0; back < count - from; back++) {
      int longest = longestAt(history, count - 1 - back, count);
      if (longest >= 0) {
        return back - longest;
      }
    }
    return count - from;
  }

  /** How many tokens the longest sequence that begins at {@code at} has behind its first, or -1. */
  private int longestAt(int[] history, int at, int count) {
    int longest = -1;
    for (int[] rest : byFirst.getOrDefault(history[at], List.of())) {
      int end = at + 1 + rest.length;
      if (rest.length > longest
          && end <= count
          && Arrays.equals(history, at + 1, end, rest, 0, rest.length)) {
        longest = rest.length;
      }
    }
    return longest;
  }
}
