package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.rules.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How values are written that a JSON schema describes.
 *
 * @param nothing JSON's null
 * @param yes JSON's true
 * @param no JSON's false
 * @param quote stands before and after a text, which is written as it is; empty where texts are
 *     quoted as JSON quotes them
 * @param bareKeys whether keys that are words stand without quotes
 * @param without what no text may have in it; empty for nothing
 */
public record Notation(
    String nothing, String yes, String no, String quote, boolean bareKeys, String without) {
  /** JSON. */
  public static final Notation JSON = new Notation("null", "true", "false", "", false, "");

  /** Python's literals. */
  public static final Notation PYTHON = new Notation("None", "True", "False", "", false, "");

  private static final Dfa WORDS = Dfa.ofPattern("[A-Za-z_$][A-Za-z0-9_$.-]*");

  /** Words as keys, and texts between two marks. */
  public static Notation marked(String quote) {
    return new Notation("null", "true", "false", quote, true, quote);
  }

  /** The same for texts that do not have {@code part} in them. */
  public Notation avoiding(String part) {
    return new Notation(nothing, yes, no, quote, bareKeys, part);
  }

  /** Texts that do not have {@code part} in them. */
  public static Dfa without(String part) {
    return Dfa.of(new Term.Sequence(List.of(Term.ANYTHING, Term.text(part), Term.ANYTHING))).not();
  }

  /** The texts that can be written. */
  public Dfa texts() {
    return without.isEmpty() ? Dfa.ANYTHING : without(without);
  }

  /** A text that is begun. */
  public Frame text(Letters letters) {
    return quote.isEmpty() ? new StringFrame(letters) : new RawFrame(letters, quote);
  }

  /** What stands before a text. */
  public String opening() {
    return quote.isEmpty() ? "\"" : quote;
  }

  /** The names that keys may have, or null where they stand in quotes. */
  public @Nullable Dfa keys() {
    return bareKeys ? WORDS : null;
  }
}
