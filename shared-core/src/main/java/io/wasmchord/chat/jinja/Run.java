package io.wasmchord.chat.jinja;

/**
 * One rendering: what it has used up, and where it is. Everything that can take long or grow goes
 * through here.
 */
final class Run {
  /** Comparing a character costs less than writing it; a short needle costs nothing extra. */
  private static final int NEEDLE_SHARE = 32;

  /** Nor does one that is only read. */
  private static final int READ_SHARE = 8;

  private final Limits limits;
  private long steps;
  private long work;
  private int depth;
  private int line = 1;

  Run(Limits limits) {
    this.limits = limits;
  }

  /** Says which line is being evaluated. */
  void at(int where) {
    line = where;
  }

  ChatTemplateException fail(String reason) {
    return new ChatTemplateException(line, reason);
  }

  void step() {
    steps(1);
  }

  void steps(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw fail("it takes more than " + limits.steps() + " steps; does it loop endlessly?");
    }
  }

  /** Goes one level deeper. Not undone when an exception ends the run. */
  void enter() {
    if (++depth > limits.depth()) {
      throw fail("it nests deeper than " + limits.depth() + " levels; does a macro call itself?");
    }
  }

  void leave() {
    depth--;
  }

  /** Accounts for a text of {@code length} characters that is about to be made. */
  void text(long length) {
    fits(length);
    work(length);
  }

  /** Checks that a text in the making is not too long. */
  void fits(long length) {
    if (length > limits.length()) {
      throw fail("a text is longer than " + limits.length() + " characters");
    }
  }

  String made(String text) {
    text(text.length());
    return text;
  }

  /** Accounts for a list of {@code size} elements that is about to be made. */
  void list(long size) {
    if (size > limits.length()) {
      throw fail("a list is longer than " + limits.length() + " elements");
    }
    steps(size);
  }

  /** Accounts for looking for {@code needle} in {@code text}. */
  void search(String text, String needle) {
    work(text.length() * (1L + needle.length() / NEEDLE_SHARE));
  }

  /** Accounts for {@code length} characters that are counted, compared or passed over. */
  void read(long length) {
    work(length / READ_SHARE);
  }

  /** Accounts for looking for {@code key} in a dictionary. */
  void key(Value key) {
    switch (key) {
      case Value.Text(String text) -> read(text.length());
      case ListValue list -> {
        steps(list.items().size());
        for (Value item : list.items()) {
          read(item instanceof Value.Text(String text) ? text.length() : 0);
        }
      }
      default -> {}
    }
  }

  /** Appends to a text in the making. */
  void append(StringBuilder to, String more) {
    fits(to.length() + (long) more.length());
    work(more.length());
    to.append(more);
  }

  private void work(long characters) {
    work += characters;
    if (work > limits.work()) {
      throw fail("it handles more than " + limits.work() + " characters; does it loop endlessly?");
    }
  }
}
