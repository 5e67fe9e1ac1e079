package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import java.util.HashSet;
import java.util.Set;

/**
 * A set of properties' names: some words and what patterns match, or all but these.
 *
 * @param others whether it is all but these
 */
record Names(Set<String> words, Set<Dfa> patterns, boolean others) {
  static final Names NONE = new Names(Set.of(), Set.of(), false);
  static final Names ALL = NONE.not();

  Names {
    words = Set.copyOf(words);
    patterns = Set.copyOf(patterns);
  }

  static Names of(String word) {
    return new Names(Set.of(word), Set.of(), false);
  }

  static Names of(Dfa pattern) {
    return new Names(Set.of(), Set.of(pattern), false);
  }

  Names not() {
    return new Names(words, patterns, !others);
  }

  /** These and those of {@code more}; neither is all but something, other than all. */
  Names and(Names more) {
    if (others || more.others) {
      return ALL;
    }
    Set<String> bothWords = new HashSet<>(words);
    bothWords.addAll(more.words);
    Set<Dfa> both = new HashSet<>(patterns);
    both.addAll(more.patterns);
    return new Names(bothWords, both, false);
  }

  boolean has(String name) {
    return (words.contains(name) || patterns.stream().anyMatch(dfa -> dfa.matches(name))) != others;
  }

  /** Whether it has the names that are none of any set's words, and match just these patterns. */
  boolean hasThoseOf(Set<Dfa> matched) {
    return patterns.stream().anyMatch(matched::contains) != others;
  }
}
