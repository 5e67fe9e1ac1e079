package io.wasmchord.cli.terminal;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/**
 * Texts of several lines: a line goes on after a backslash at its end, and what begins with three
 * quotes goes on to the next three.
 */
final class LongLines implements Parser {
  private static final String QUOTES = "\"\"\"";

  /** Finds the word that is to be completed; nothing in a message is quoted or escaped. */
  private final Parser words = new DefaultParser().quoteChars(new char[0]).escapeChars(null);

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && unfinished(line)) {
      throw new EOFError(-1, -1, "the text goes on");
    }
    return words.parse(line, cursor, context);
  }

  private static boolean unfinished(String typed) {
    String text = typed.stripLeading();
    return text.startsWith(QUOTES)
        ? text.indexOf(QUOTES, QUOTES.length()) < 0
        : typed.endsWith("\\");
  }

  /** What was meant by what was typed. */
  static String meant(String typed) {
    String text = typed.strip();
    if (text.startsWith(QUOTES)) {
      int end = text.indexOf(QUOTES, QUOTES.length());
      String inside = text.substring(QUOTES.length(), end < 0 ? text.length() : end);
      return inside.strip() + (end < 0 ? "" : text.substring(end + QUOTES.length()));
    }
    return typed.replace("\\\n", "\n");
  }
}
