package io.wasmchord.json;

import org.jspecify.annotations.Nullable;

/**
 * What stands between the values in JSON, and around texts. Whoever writes says which values come,
 * so what is written need not be {@link JsonValue}s.
 */
public final class JsonLayout {
  /**
   * How JSON is laid out.
   *
   * @param indent what each level is indented with, or null for one line
   * @param ascii whether characters beyond ASCII are escaped
   */
  public record Style(@Nullable String indent, String comma, String colon, boolean ascii) {
    /** One line, with spaces after commas and colons, as Python's {@code json.dumps} has it. */
    public static final Style LINE = new Style(null, ", ", ": ", false);
  }

  /** Where the JSON goes. */
  public interface Output {
    void put(String json);

    /** Hears that a text of so many characters is to be made, and throws if that is too long. */
    void fits(long length);
  }

  private final Style style;
  private final Output out;
  private int level;

  /** A layout for one text of JSON. */
  public JsonLayout(Style style, Output out) {
    this.style = style;
    this.out = out;
  }

  /** Begins an array or object that is not empty. */
  public void open(String bracket) {
    level++;
    out.put(bracket);
  }

  /** Goes to the next element or key. */
  public void next(boolean first) {
    out.put(first ? "" : style.comma);
    newLine();
  }

  /** Parts a key from its value. */
  public void colon() {
    out.put(style.colon);
  }

  /** Ends an array or object that is not empty. */
  public void close(String bracket) {
    level--;
    newLine();
    out.put(bracket);
  }

  private void newLine() {
    if (style.indent != null) {
      out.fits((long) style.indent.length() * level);
      out.put("\n" + style.indent.repeat(level));
    }
  }

  /** {@code text} in quotes; it is not put out. */
  public String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.fits(quoted.length());
      int plain = "\"\\\n\r\t\b\f".indexOf(c);
      if (plain >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(plain));
      } else if (c < ' ' || (style.ascii && c > '~')) {
        quoted.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          quoted.append(Character.forDigit(c >> shift & 15, 16));
        }
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
