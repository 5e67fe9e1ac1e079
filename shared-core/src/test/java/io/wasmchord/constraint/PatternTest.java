package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions, beside those of the JDK. */
class PatternTest {
  private static final String LETTERS = "ab1-. é\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a*b+",
        "(a|b)*?1",
        "^a.b$",
        "[^a]{2,3}",
        "\\d+(\\.\\d*)?",
        "(?:a|b-)+",
        "(a*)*b",
        "[a-b1.-]*",
        "\\w\\W\\s?",
        "(?<x>a)b|",
        "a{0}b",
        "a{,2}",
        "[\\d-]+",
        "\\u0061\\x62",
        "(^a|b$)",
        "é+",
        "(a|)+b",
      })
  void allowsWhatJavaMatches(String pattern) {
    Random random = new Random(pattern.hashCode());
    Language language = Language.pattern(pattern, "");
    Pattern java = Pattern.compile(pattern.equals("a{,2}") ? "a\\{,2\\}" : pattern);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(6); k > 0; k--) {
        text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      String given = text.toString();
      assertEquals(java.matcher(given).matches(), Acceptance.accepts(language, given), given);
    }
  }

  @Test
  void flags() {
    assertTrue(Acceptance.accepts(Language.pattern("a[b-c]", "i"), "AC"));
    assertTrue(Acceptance.accepts(Language.pattern("a.b", "s"), "a\nb"));
    assertThrows(InvalidGrammarException.class, () -> Language.pattern("a", "m"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "a)",
        "[a",
        "*a",
        "a**",
        "(?=a)",
        "(?<!a)b",
        "\\1",
        "\\bfoo",
        "\\p{Greek}",
        "a$b",
        "a{3,2}",
        "a{70000}",
        "\\q"
      })
  void refusesWhatItCannotHold(String pattern) {
    InvalidGrammarException e =
        assertThrows(InvalidGrammarException.class, () -> Language.pattern(pattern, ""));
    assertTrue(e.getMessage().contains("pattern"), e.getMessage());
  }

  @Test
  void hostilePatternsEnd() {
    assertTrue(Acceptance.accepts(Language.pattern("(a*)*(a*)*b?", ""), "a".repeat(1000)));
    // its states are too many to list; they are made as they are reached
    Language late = Language.pattern("(a|b)*a(a|b){30}", "");
    assertTrue(Acceptance.accepts(late, "a".repeat(31) + "b".repeat(5) + "a".repeat(25)));
    for (String pattern : List.of("(a{1,1000}){1,1000}", "(((((a?){50}){50}){50}){50}){50}")) {
      assertThrows(ConstraintLimitException.class, () -> Language.pattern(pattern, ""));
    }
    assertThrows(InvalidGrammarException.class, () -> Language.pattern("(".repeat(100_000), ""));
  }
}
