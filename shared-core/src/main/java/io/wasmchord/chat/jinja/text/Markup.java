package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.List;

/** Texts for HTML and out of it, as far as filters have to do with it. */
public final class Markup {
  private static final String SPECIAL = "&<>'\"";
  private static final List<String> ESCAPES = List.of("&amp;", "&lt;", "&gt;", "&#39;", "&#34;");

  /** Names of characters that are known, and the characters. */
  private static final List<String> NAMES = List.of("amp", "lt", "gt", "quot", "apos", "nbsp");

  private static final String NAMED = "&<>\"'\u00A0";
  private static final int LONGEST_NAME = 10;

  private Markup() {}

  public static String escape(String text, Run run) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int place = SPECIAL.indexOf(c);
      run.fits(out.length());
      if (place < 0) {
        out.append(c);
      } else {
        out.append(ESCAPES.get(place));
      }
    }
    return out.toString();
  }

  /** Without comments and tags, each stretch of space one space, and escapes as what they mean. */
  public static String withoutTags(String text, Run run) {
    run.text(2L * text.length());
    String plain = without(without(text, "<!--", "-->"), "<", ">");
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (!Characters.isSpace(c)) {
        out.append(c);
      } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
        out.append(' ');
      }
    }
    return unescape(Characters.stripEnd(out.toString()));
  }

  private static String without(String text, String open, String close) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    int begin = text.indexOf(open);
    int end = begin < 0 ? -1 : text.indexOf(close, begin);
    while (end >= 0) {
      out.append(text, from, begin);
      from = end + close.length();
      begin = text.indexOf(open, from);
      end = begin < 0 ? -1 : text.indexOf(close, begin);
    }
    return out.append(text, from, text.length()).toString();
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int i = text.indexOf('&'); i >= 0; i = text.indexOf('&', i + 1)) {
      String name = text.substring(i + 1, Math.min(text.length(), i + 1 + LONGEST_NAME));
      int end = name.indexOf(';');
      int meant = end < 0 ? -1 : meaning(name.substring(0, end));
      if (meant >= 0) {
        out.append(text, from, i).appendCodePoint(meant);
        from = i + end + 2;
      }
    }
    return out.append(text, from, text.length()).toString();
  }

  private static int meaning(String name) {
    int known = NAMES.indexOf(name);
    if (known >= 0) {
      return NAMED.charAt(known);
    }
    try {
      int code =
          name.startsWith("#x")
              ? Integer.parseInt(name.substring(2), 16)
              : name.startsWith("#") ? Integer.parseInt(name.substring(1)) : -1;
      return code > 0 && Character.isValidCodePoint(code) ? code : -1;
    } catch (NumberFormatException e) {
      return -1; // it stays as it is
    }
  }

  /** The entries of a dictionary as attributes of a tag; those without a value are left out. */
  public static Value attributes(Value value, Arguments a, Run run) {
    if (!(value instanceof DictValue dict)) {
      throw run.fail("xmlattr of " + value.typeName() + ", which is no dictionary");
    }
    TextBuilder out = new TextBuilder();
    boolean space = a.get(0, "autospace", Value.of(true)).truthy();
    for (DictValue.Entry entry : dict.entries()) {
      if (entry.value() instanceof Value.None || entry.value() instanceof Value.Undefined) {
        continue;
      }
      Value.Text key = Printer.printed(entry.key(), run);
      if (key.value().chars().anyMatch(c -> "/>=".indexOf(c) >= 0 || Characters.isSpace(c))) {
        throw run.fail("xmlattr: '" + Printer.shown(key.value()) + "' is no attribute's name");
      }
      run.append(out, out.isEmpty() && !space ? "" : " ");
      run.append(out, key.became(escape(key.value(), run)));
      run.append(out, "=\"");
      Value.Text text = Printer.printed(entry.value(), run);
      run.append(out, text.became(escape(text.value(), run)));
      run.append(out, "\"");
    }
    return out.text();
  }
}
