package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.rules.Nfa;
import io.wasmchord.constraint.rules.Term;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of texts as the smallest deterministic automaton, so equal sets are equal. From each of its
 * states an end is reached; state 0 is the first, and the empty set has none.
 */
public final class Dfa {
  /** Leads nowhere. */
  public static final int DEAD = -1;

  /** No text. */
  public static final Dfa NOTHING = new Dfa(new int[0][], new BitSet());

  /** All texts. */
  public static final Dfa ANYTHING = of(Term.ANYTHING);

  private final int[][] edges; // by state: first and last character and target, ascending
  private final BitSet accepting;
  private final int hash;

  /** Of an automaton that is the smallest already. */
  Dfa(int[][] edges, BitSet accepting) {
    this.edges = edges;
    this.accepting = accepting;
    this.hash = 31 * Arrays.deepHashCode(edges) + accepting.hashCode();
  }

  /**
   * The texts of a term that calls no rules.
   *
   * @throws io.wasmchord.errors.ConstraintLimitException when there are too many states
   */
  public static Dfa of(Term term) {
    return Determinizer.of(Nfa.of(term));
  }

  /** The texts that {@code pattern} matches from beginning to end. */
  public static Dfa ofPattern(String pattern) {
    return of(PatternParser.whole(pattern, PatternFlags.NONE));
  }

  /** One of some texts. */
  public static Dfa words(List<String> words) {
    return of(new Term.Choice(words.stream().map(Term::text).toList()));
  }

  /** Texts of so many characters; {@code most} may be {@link Integer#MAX_VALUE}. */
  public static Dfa lengths(int least, int most) {
    return of(
        new Term.Repeat(
            new Term.Chars(CodePoints.ALL),
            least,
            most == Integer.MAX_VALUE ? Term.NO_LIMIT : most));
  }

  public int states() {
    return edges.length;
  }

  public boolean isEmpty() {
    return edges.length == 0;
  }

  /** Whether it is all texts. */
  public boolean isAll() {
    return equals(ANYTHING);
  }

  /** Whether a text may end here. */
  public boolean accepts(int state) {
    return accepting.get(state);
  }

  /** How many stretches of characters lead on. */
  public int edges(int state) {
    return edges[state].length / 3;
  }

  /** A stretch's first character. */
  public int from(int state, int edge) {
    return edges[state][3 * edge];
  }

  /** A stretch's last character. */
  public int to(int state, int edge) {
    return edges[state][3 * edge + 1];
  }

  /** Where a stretch leads. */
  public int target(int state, int edge) {
    return edges[state][3 * edge + 2];
  }

  /** Where a character leads, or {@link #DEAD}. */
  public int next(int state, int codePoint) {
    int[] row = edges[state];
    for (int i = 0; i < row.length; i += 3) {
      if (codePoint >= row[i] && codePoint <= row[i + 1]) {
        return row[i + 2];
      }
    }
    return DEAD;
  }

  /** Whether {@code text} is among them. */
  public boolean matches(String text) {
    int state = isEmpty() ? DEAD : 0;
    for (int i = 0; i < text.length() && state != DEAD; ) {
      int c = text.codePointAt(i);
      state = next(state, c);
      i += Character.charCount(c);
    }
    return state != DEAD && accepts(state);
  }

  /** The texts of both. */
  public Dfa and(Dfa other) {
    if (isAll() || other.isEmpty()) {
      return other;
    }
    return other.isAll() || isEmpty() ? this : Product.of(this, other, (a, b) -> a && b);
  }

  /** The texts of either. */
  public Dfa or(Dfa other) {
    if (isEmpty() || other.isAll()) {
      return other;
    }
    return other.isEmpty() || isAll() ? this : Product.of(this, other, (a, b) -> a || b);
  }

  /** The texts of any of them. */
  public static Dfa anyOf(List<Dfa> all) {
    if (all.size() < 2) {
      return all.isEmpty() ? NOTHING : all.getFirst();
    }
    int half = all.size() / 2; // so that few are large
    return anyOf(all.subList(0, half)).or(anyOf(all.subList(half, all.size())));
  }

  /** These without those of {@code other}. */
  public Dfa minus(Dfa other) {
    return isEmpty() || other.isEmpty() ? this : Product.of(this, other, (a, b) -> a && !b);
  }

  /** All other texts. */
  public Dfa not() {
    return ANYTHING.minus(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Dfa dfa
            && hash == dfa.hash
            && accepting.equals(dfa.accepting)
            && Arrays.deepEquals(edges, dfa.edges));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
