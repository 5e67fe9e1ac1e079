package io.wasmchord.constraint.automaton;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A set of Unicode's characters. Surrogates are none. */
public final class CodePoints {
  /** The largest code point. */
  public static final int MAX = 0x10FFFF;

  private static final int FIRST_SURROGATE = 0xD800;
  private static final int LAST_SURROGATE = 0xDFFF;

  /**
   * Stands before the spelling of a control token. It is no character, and in no set: only a place
   * that names it takes it, and its byte is of no text.
   */
  public static final int CONTROL = 0xDFFF;

  /** The byte that is {@link #CONTROL}. */
  public static final int CONTROL_BYTE = 0xFF;

  /** The empty set. */
  public static final CodePoints NONE = new CodePoints(new int[0]);

  /** All characters. */
  public static final CodePoints ALL =
      new CodePoints(new int[] {0, FIRST_SURROGATE - 1, LAST_SURROGATE + 1, MAX});

  private final int[] bounds; // first and last of each range; ascending, with gaps between them

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  /** One character. */
  public static CodePoints of(int codePoint) {
    return of(codePoint, codePoint);
  }

  /** The characters from {@code from} to {@code to}, both included. */
  public static CodePoints of(int from, int to) {
    return from > to ? NONE : new CodePoints(new int[] {from, to}).and(ALL);
  }

  /** A character as a text. */
  public static String text(int codePoint) {
    return new String(Character.toChars(codePoint));
  }

  /** The characters of {@code text}. */
  public static CodePoints anyOf(String text) {
    CodePoints all = NONE;
    for (int c : text.codePoints().toArray()) {
      all = all.or(of(c));
    }
    return all;
  }

  /** How many ranges it has. */
  public int ranges() {
    return bounds.length / 2;
  }

  /** The first character of a range. */
  public int from(int range) {
    return bounds[2 * range];
  }

  /** The last character of a range. */
  public int to(int range) {
    return bounds[2 * range + 1];
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public boolean contains(int codePoint) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (codePoint >= bounds[i] && codePoint <= bounds[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /** The characters of both. */
  public CodePoints and(CodePoints other) {
    int[] both = new int[bounds.length + other.bounds.length + 2];
    int n = 0;
    int i = 0;
    int k = 0;
    while (i < bounds.length && k < other.bounds.length) {
      int from = Math.max(bounds[i], other.bounds[k]);
      int to = Math.min(bounds[i + 1], other.bounds[k + 1]);
      if (from <= to) {
        both[n++] = from;
        both[n++] = to;
      }
      if (bounds[i + 1] < other.bounds[k + 1]) {
        i += 2;
      } else {
        k += 2;
      }
    }
    return n == 0 ? NONE : new CodePoints(Arrays.copyOf(both, n));
  }

  /** All characters but these. */
  public CodePoints not() {
    int[] gaps = new int[bounds.length + 2];
    int n = 0;
    int next = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] > next) {
        gaps[n++] = next;
        gaps[n++] = bounds[i] - 1;
      }
      next = bounds[i + 1] + 1;
    }
    if (next <= MAX) {
      gaps[n++] = next;
      gaps[n++] = MAX;
    }
    return new CodePoints(Arrays.copyOf(gaps, n)).and(ALL);
  }

  /** The characters of either. */
  public CodePoints or(CodePoints other) {
    return isEmpty() ? other : other.isEmpty() ? this : not().and(other.not()).not();
  }

  /** These without those of {@code other}. */
  public CodePoints minus(CodePoints other) {
    return and(other.not());
  }

  /** A set of characters that come in ascending order. */
  public static final class Builder {
    private int[] bounds = new int[16];
    private int n;

    /** Adds a character that is larger than all before. */
    public void add(int codePoint) {
      if (n > 0 && bounds[n - 1] == codePoint - 1) {
        bounds[n - 1] = codePoint;
        return;
      }
      if (n == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * n);
      }
      bounds[n++] = codePoint;
      bounds[n++] = codePoint;
    }

    /** The set. */
    public CodePoints build() {
      return new CodePoints(Arrays.copyOf(bounds, n)).and(ALL);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
