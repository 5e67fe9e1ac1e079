package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that tell what a text consists of. */
public final class TextKinds {
  private TextKinds() {}

  /** A property of characters. */
  @FunctionalInterface
  private interface Property {
    boolean holds(int codePoint);
  }

  /** What the method {@code name} does, or null if it is none of these. */
  public static FunctionValue.@Nullable Body find(String text, String name) {
    return switch (name) {
      case "isdecimal" -> (a, run) -> all(text, Character::isDigit, run);
      case "isdigit" -> (a, run) -> all(text, TextKinds::digit, run);
      case "isnumeric" -> (a, run) -> all(text, TextKinds::numeric, run);
      case "isalpha" -> (a, run) -> all(text, Character::isLetter, run);
      case "isalnum" -> (a, run) -> all(text, c -> Character.isLetter(c) || numeric(c), run);
      case "isspace" -> (a, run) -> all(text, Characters::isSpace, run);
      case "isascii" -> (a, run) -> Value.of(text.isEmpty() || holds(text, c -> c < 0x80, run));
      case "isprintable" ->
          (a, run) -> Value.of(text.isEmpty() || holds(text, Printer::printable, run));
      case "isidentifier" -> (a, run) -> Value.of(identifier(text, run));
      case "islower" -> (a, run) -> Value.of(isCase(text, true, run));
      case "isupper" -> (a, run) -> Value.of(isCase(text, false, run));
      case "istitle" -> (a, run) -> Value.of(title(text, run));
      default -> null;
    };
  }

  private static Value all(String text, Property property, Run run) {
    return Value.of(!text.isEmpty() && holds(text, property, run));
  }

  private static boolean holds(String text, Property property, Run run) {
    run.text(text.length());
    return text.codePoints().allMatch(property::holds);
  }

  private static boolean digit(int c) {
    boolean raised = c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070;
    return Character.isDigit(c) || raised || (c >= 0x2074 && c <= 0x2079) || lowered(c);
  }

  private static boolean lowered(int c) {
    return c >= 0x2080 && c <= 0x2089;
  }

  private static boolean numeric(int c) {
    int type = Character.getType(c);
    return Character.isDigit(c)
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  private static boolean identifier(String text, Run run) {
    run.text(text.length());
    return !text.isEmpty()
        && Characters.startsName(text.charAt(0))
        && text.chars().allMatch(c -> Characters.continuesName((char) c));
  }

  /** Whether no letter is of the other case, and one of this. */
  public static boolean isCase(String text, boolean lower, Run run) {
    run.text(text.length());
    boolean found = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (lower ? upper(c) : Character.isLowerCase(c)) {
        return false;
      }
      found |= lower ? Character.isLowerCase(c) : Character.isUpperCase(c);
    }
    return found;
  }

  private static boolean upper(char c) {
    return Character.isUpperCase(c) || Character.getType(c) == Character.TITLECASE_LETTER;
  }

  /** Whether capitals begin words, and nothing else. */
  private static boolean title(String text, Run run) {
    run.text(text.length());
    boolean inWord = false;
    boolean found = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (upper(c) ? inWord : Character.isLowerCase(c) && !inWord) {
        return false;
      }
      inWord = upper(c) || Character.isLowerCase(c);
      found |= inWord;
    }
    return found;
  }
}
