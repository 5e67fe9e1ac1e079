package io.wasmchord.chat.jinja.value;

import java.util.Arrays;

/** A text in the making, and which parts of it are the input's. */
public final class TextBuilder {
  private final StringBuilder text = new StringBuilder();
  private int[] bounds = new int[8];
  private int count;

  int length() {
    return text.length();
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** Adds a text at the end. */
  public void append(Value.Text more) {
    append(more.value(), more.input());
  }

  void append(String more, InputSpans input) {
    int from = text.length();
    text.append(more);
    for (int i = 0; i < input.bounds().length; i += 2) {
      span(from + input.bounds()[i], from + input.bounds()[i + 1]);
    }
  }

  private void span(int from, int to) {
    if (count > 0 && bounds[count - 1] == from) {
      bounds[count - 1] = to;
      return;
    }
    if (count == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * count);
    }
    bounds[count++] = from;
    bounds[count++] = to;
  }

  /** What was made. */
  public Value.Text text() {
    InputSpans spans = count == 0 ? InputSpans.NONE : new InputSpans(Arrays.copyOf(bounds, count));
    return new Value.Text(text.toString(), spans);
  }
}
