package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Token.Kind;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a template at its tags, with {@code trim_blocks} (the newline after a tag goes) and {@code
 * lstrip_blocks} (the indentation before a tag goes). What stands in the tags is {@link
 * CodeScanner}'s.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStart = true; // whether what came before ended with a newline

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> scan(String template, Limits limits) {
    if (template.length() > limits.source()) {
      throw new ChatTemplateException(
          1, "the template has " + template.length() + " characters; at most " + limits.source());
    }
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1); // Jinja drops one newline at the end
    }
    return new Lexer(source).scan();
  }

  private List<Token> scan() {
    while (at < source.length()) {
      int tag = nextTag(at);
      data(tag);
      if (tag < source.length()) {
        tag();
      }
    }
    tokens.add(new Token(Kind.END, "", line));
    return tokens;
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from);
        i >= 0 && i + 1 < source.length();
        i = source.indexOf('{', i + 1)) {
      char c = source.charAt(i + 1);
      if (c == '{' || c == '%' || c == '#') {
        return i;
      }
    }
    return source.length();
  }

  /** Emits the text up to {@code end}, where a tag begins or the template ends. */
  private void data(int end) {
    String text = source.substring(at, end);
    if (end < source.length()) {
      char mode = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
      if (mode == '-') {
        text = Characters.stripEnd(text);
      } else if (mode != '+' && source.charAt(end + 1) != '{') {
        text = withoutIndentation(text);
      }
    }
    if (!text.isEmpty()) {
      tokens.add(new Token(Kind.DATA, text, line));
    }
    advance(end);
  }

  private String withoutIndentation(String text) {
    int start = text.lastIndexOf('\n') + 1;
    if (start == 0 && !lineStart) {
      return text;
    }
    for (int i = start; i < text.length(); i++) {
      if (!Characters.isSpace(text.charAt(i))) {
        return text;
      }
    }
    return text.substring(0, start);
  }

  private void tag() {
    int start = line;
    char type = source.charAt(at + 1);
    advance(at + 2);
    boolean signed = at < source.length() && (here() == '-' || here() == '+');
    if (signed) {
      advance(at + 1);
    }
    if (type == '#') {
      comment(start);
    } else if (type == '%' && raw(start)) {
      return;
    } else {
      code(type == '{', start);
    }
  }

  private char here() {
    return source.charAt(at);
  }

  private void comment(int start) {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new ChatTemplateException(start, "a comment is not closed with '#}'");
    }
    char mode = end > at ? source.charAt(end - 1) : ' ';
    advance(end + 2);
    trimAfter(mode, true);
  }

  private void code(boolean output, int start) {
    tokens.add(new Token(output ? Kind.OUTPUT_BEGIN : Kind.TAG_BEGIN, output ? "{{" : "{%", start));
    CodeScanner code = new CodeScanner(source, at, line, output ? "}}" : "%}", tokens);
    at = code.scan();
    line = code.line();
    lineStart = false;
    trimAfter(code.mode(), !output);
  }

  /** Drops what the end of a tag swallows: all space after a minus, or one newline. */
  private void trimAfter(char mode, boolean block) {
    int end = at;
    if (mode == '-') {
      while (end < source.length() && Characters.isSpace(source.charAt(end))) {
        end++;
      }
    } else if (block && mode != '+' && end < source.length() && source.charAt(end) == '\n') {
      end++;
    }
    advance(end);
  }

  /** Emits a raw block as text, if one begins here. */
  private boolean raw(int start) {
    int open = closeOf(at, "raw");
    if (open < 0) {
      return false;
    }
    char openMode = source.charAt(open - 3);
    advance(open);
    trimAfter(openMode, false); // the newline after it stays, other than after other tags
    for (int i = source.indexOf("{%", at); i >= 0; i = source.indexOf("{%", i + 2)) {
      int name = i + 2;
      if (name < source.length() && (source.charAt(name) == '-' || source.charAt(name) == '+')) {
        name++;
      }
      int close = closeOf(name, "endraw");
      if (close >= 0) {
        data(i);
        advance(close);
        trimAfter(source.charAt(close - 3), true);
        return true;
      }
    }
    throw new ChatTemplateException(start, "a raw block is not closed with '{% endraw %}'");
  }

  /** The index after a tag of nothing but {@code word}, whose inside starts at {@code i}; or -1. */
  private int closeOf(int i, String word) {
    int p = skipSpace(i);
    if (!source.startsWith(word, p)) {
      return -1;
    }
    p = skipSpace(p + word.length());
    if (p < source.length() && (source.charAt(p) == '-' || source.charAt(p) == '+')) {
      p++;
    }
    return source.startsWith("%}", p) ? p + 2 : -1;
  }

  private int skipSpace(int i) {
    int p = i;
    while (p < source.length() && Characters.isSpace(source.charAt(p))) {
      p++;
    }
    return p;
  }

  private void advance(int to) {
    if (to == at) {
      return;
    }
    for (int i = at; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    lineStart = source.charAt(to - 1) == '\n';
    at = to;
  }
}
