package io.wasmchord.chat.jinja.syntax;

/** A piece of a template. */
record Token(Kind kind, String text, int line) {
  /** What a token is. */
  enum Kind {
    /** Text that is written as it stands. */
    DATA,
    /** <code>{{</code>. */
    OUTPUT_BEGIN,
    /** <code>}}</code>. */
    OUTPUT_END,
    /** <code>{%</code>. */
    TAG_BEGIN,
    /** <code>%}</code>. */
    TAG_END,
    NAME,
    /** A quoted text, without quotes and escapes. */
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String spelling) {
    return kind == wanted && text.equals(spelling);
  }

  /** The token as an error message names it. */
  String describe() {
    return switch (kind) {
      case DATA -> "text";
      case OUTPUT_BEGIN, OUTPUT_END, TAG_BEGIN, TAG_END, NAME, OPERATOR -> "'" + text + "'";
      case STRING -> "a quoted text";
      case INTEGER, FLOAT -> "the number " + text;
      case END -> "the end of the template";
    };
  }
}
