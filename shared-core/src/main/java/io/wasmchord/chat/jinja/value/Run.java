package io.wasmchord.chat.jinja.value;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.host.RunControl;

/**
 * One rendering: what it has used up, where it is, and whether it is still wanted. Everything that
 * can take long or grow goes through here.
 */
public final class Run {
  /** A search takes at most as many comparisons a character as the needle is long. */
  private static final int NEEDLE_SHARE = 4;

  /** Comparing a character costs less than writing it. */
  private static final int READ_SHARE = 8;

  /** Names that are no longer cost nothing extra. */
  private static final int USUAL_NAME = 32;

  /** Steps, and characters of work, between two looks at whether the run is still wanted. */
  private static final int STEPS_BETWEEN = 1 << 12;

  private static final int WORK_BETWEEN = 1 << 20;

  private final Limits limits;
  private final RunControl control;
  private long steps;
  private long work;
  private long stepsChecked;
  private long workChecked;
  private int depth;
  private int line = 1;

  public Run(Limits limits, RunControl control) {
    this.limits = limits;
    this.control = control;
  }

  /** Says which line is being evaluated. */
  public void at(int where) {
    line = where;
  }

  public ChatTemplateException fail(String reason) {
    return new ChatTemplateException(line, reason);
  }

  public void step() {
    steps(1);
  }

  public void steps(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw fail("it takes more than " + limits.steps() + " steps; does it loop endlessly?");
    }
    if (steps - stepsChecked >= STEPS_BETWEEN) {
      stepsChecked = steps;
      control.check();
    }
  }

  /** Steps so far. */
  public long steps() {
    return steps;
  }

  /** Characters handled so far. */
  public long handled() {
    return work;
  }

  /** Goes one level deeper. Not undone when an exception ends the run. */
  public void enter() {
    if (++depth > limits.depth()) {
      throw fail("it nests deeper than " + limits.depth() + " levels; does a macro call itself?");
    }
  }

  public void leave() {
    depth--;
  }

  /** Accounts for a text of {@code length} characters that is about to be made. */
  public void text(long length) {
    fits(length);
    work(length);
  }

  /** Checks that a text in the making is not too long. */
  public void fits(long length) {
    if (length > limits.length()) {
      throw fail("a text is longer than " + limits.length() + " characters");
    }
  }

  public String made(String text) {
    text(text.length());
    return text;
  }

  public Value.Text made(Value.Text text) {
    text(text.value().length());
    return text;
  }

  /** Accounts for a list of {@code size} elements that is about to be made. */
  public void list(long size) {
    if (size > limits.length()) {
      throw fail("a list is longer than " + limits.length() + " elements");
    }
    steps(size);
  }

  /** Accounts for looking for {@code needle} in {@code text}. */
  public void search(String text, String needle) {
    work(text.length() * (1L + needle.length() / NEEDLE_SHARE));
  }

  /** Accounts for {@code length} characters that are counted, compared or passed over. */
  public void read(long length) {
    work(length / READ_SHARE);
  }

  /** Accounts for looking for a name. */
  public void name(String name) {
    work(name.length() > USUAL_NAME ? name.length() : 0);
  }

  /** Accounts for looking for {@code key} in a dictionary. */
  public void key(Value key) {
    switch (key) {
      case Value.Text(String text, _) -> read(text.length());
      case ListValue list -> {
        steps(list.items().size());
        for (Value item : list.items()) {
          read(item instanceof Value.Text(String text, _) ? text.length() : 0);
        }
      }
      default -> {}
    }
  }

  /** Appends a text of the template's to one in the making. */
  public void append(TextBuilder to, String more) {
    append(to, more, InputSpans.NONE);
  }

  /** Appends to a text in the making. */
  public void append(TextBuilder to, Value.Text more) {
    append(to, more.value(), more.input());
  }

  private void append(TextBuilder to, String more, InputSpans input) {
    fits(to.length() + (long) more.length());
    work(more.length());
    to.append(more, input);
  }

  private void work(long characters) {
    work += characters;
    if (work > limits.work()) {
      throw fail("it handles more than " + limits.work() + " characters; does it loop endlessly?");
    }
    if (work - workChecked >= WORK_BETWEEN) {
      workChecked = work;
      control.check();
    }
  }
}
