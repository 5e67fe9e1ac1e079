package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sets of characters that patterns have names for. */
final class CharClasses {
  static final CodePoints DIGITS = CodePoints.of('0', '9');
  static final CodePoints WORD =
      DIGITS.or(CodePoints.of('a', 'z')).or(CodePoints.of('A', 'Z')).or(CodePoints.of('_'));
  static final CodePoints SPACE =
      CodePoints.anyOf("\t\n\u000B\f\r \u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF")
          .or(CodePoints.of(0x2000, 0x200A));
  static final CodePoints NO_LINE_END = CodePoints.anyOf("\n\r\u2028\u2029").not();

  private CharClasses() {}

  /** Letters in both cases where one is there; of Latin letters. */
  static CodePoints bothCases(CodePoints set) {
    CodePoints all = set;
    for (int i = 0; i < 26; i++) {
      if (set.contains('a' + i) || set.contains('A' + i)) {
        all = all.or(CodePoints.of('a' + i)).or(CodePoints.of('A' + i));
      }
    }
    return all;
  }

  /** The characters of a general category, or null where there is no table of it. */
  static @Nullable CodePoints property(String name) {
    String value = name.startsWith("General_Category=") ? name.substring(17) : name;
    return switch (value.startsWith("gc=") ? value.substring(3) : value) {
      case "L", "Letter" -> all(UnicodeCategory::isLetter);
      case "Ll", "Lowercase_Letter" -> all(UnicodeCategory.LOWERCASE::equals);
      case "M", "Mark" -> all(UnicodeCategory::isMark);
      case "N", "Number" -> all(UnicodeCategory.NUMBER::equals);
      case "P", "Punctuation" -> all(UnicodeCategory.PUNCTUATION::equals);
      case "S", "Symbol" -> all(UnicodeCategory.SYMBOL::equals);
      case "White_Space" -> all(UnicodeCategory.WHITESPACE::equals);
      case "ASCII" -> CodePoints.of(0, 0x7F);
      case "Any" -> CodePoints.ALL;
      default -> null;
    };
  }

  private static CodePoints all(Predicate<UnicodeCategory> wanted) {
    CodePoints.Builder found = new CodePoints.Builder();
    for (int c = 0; c <= CodePoints.MAX; c++) {
      if (wanted.test(UnicodeCategory.of(c))) {
        found.add(c);
      }
    }
    return found.build();
  }
}
