package io.wasmchord.chat;

import io.wasmchord.session.TokenListener;

/**
 * Parts an answer's text into reasoning and answer as it comes. What may begin a marker, and
 * whitespace that may stand before one, is held back, so the pieces in which the text comes do not
 * matter. Reasoning is looked for at the beginning only: a marker that the answer quotes is text.
 * Whitespace around reasoning belongs to the markers.
 */
public final class ReasoningSplitter implements TokenListener {
  private enum State {
    /** Nothing but whitespace has come. */
    START,
    REASONING,
    /** Reasoning is over, and the answer has not begun. */
    BETWEEN,
    /** Within the answer's own markers. */
    WRAPPED,
    /** After them. */
    AFTER,
    ANSWER
  }

  private final ReasoningFormat format;
  private final AnswerListener listener;
  private State state;
  private String held = "";
  private boolean begun; // text of the part under way has been passed on
  private boolean goOn = true;

  /**
   * @param open whether the prompt has begun the reasoning, as {@link ReasoningFormat#openAfter}
   *     tells
   */
  public ReasoningSplitter(ReasoningFormat format, boolean open, AnswerListener listener) {
    this.format = format;
    this.listener = listener;
    this.state = open ? State.REASONING : State.START;
  }

  @Override
  public boolean onText(String text) {
    held += text;
    drain();
    return goOn;
  }

  @Override
  public boolean onMark(int id) {
    if (state == State.START && id == format.openId() && held.isBlank()) {
      enter(State.REASONING, "");
    } else if (state == State.REASONING && id == format.closeId()) {
      pass(held.stripTrailing());
      enter(State.BETWEEN, "");
    } else if (state != State.REASONING && id != format.openId() && id != format.closeId()) {
      answerMark(id);
    }
    return goOn;
  }

  /** What means something in the answer begins it. */
  private void answerMark(int id) {
    pass(state == State.BETWEEN || state == State.AFTER ? held.stripLeading() : held);
    held = "";
    state = state == State.WRAPPED ? state : State.ANSWER;
    goOn &= listener.onAnswerMark(id);
  }

  /** Passes on what was held back when no more text comes. */
  public void end() {
    switch (state) {
      case REASONING, WRAPPED -> pass(held.stripTrailing());
      case START -> pass(held);
      case BETWEEN, AFTER, ANSWER -> pass(held.stripLeading());
    }
    held = "";
  }

  private void drain() {
    State before;
    do {
      before = state;
      switch (state) {
        case START -> start();
        case REASONING -> until(format.close(), format.closeId() < 0, State.BETWEEN);
        case BETWEEN -> between();
        case WRAPPED -> until(format.answerClose(), true, State.AFTER);
        case AFTER -> answerFrom(held.stripLeading());
        case ANSWER -> {
          pass(held);
          held = "";
        }
      }
    } while (state != before);
  }

  private void start() {
    String text = held.stripLeading();
    boolean spelled = format.openId() < 0;
    if (spelled && text.startsWith(format.open())) {
      enter(State.REASONING, text.substring(format.open().length()));
    } else if (wrapBegins(text)) {
      enter(State.WRAPPED, text.substring(format.answerOpen().length()));
    } else if (!(spelled && format.open().startsWith(text)) && !wrapMayBegin(text)) {
      state = State.ANSWER; // with its whitespace
    }
  }

  private void between() {
    String text = held.stripLeading();
    if (wrapBegins(text)) {
      enter(State.WRAPPED, text.substring(format.answerOpen().length()));
    } else if (!wrapMayBegin(text)) {
      answerFrom(text);
    }
  }

  private void answerFrom(String text) {
    if (!text.isEmpty()) {
      enter(State.ANSWER, text);
    }
  }

  private boolean wrapBegins(String text) {
    return !format.answerOpen().isEmpty() && text.startsWith(format.answerOpen());
  }

  /** True of an empty text too: nothing is known yet. */
  private boolean wrapMayBegin(String text) {
    return format.answerOpen().startsWith(text);
  }

  private void enter(State next, String rest) {
    state = next;
    held = rest;
    begun = false;
  }

  /** Passes on what is certain to be before {@code marker}, and goes to {@code next} after it. */
  private void until(String marker, boolean spelled, State next) {
    String text = begun ? held : held.stripLeading();
    int found = spelled ? text.indexOf(marker) : -1;
    if (found >= 0) {
      pass(text.substring(0, found).stripTrailing());
      enter(next, text.substring(found + marker.length()));
      return;
    }
    int certain = text.length() - (spelled ? beginning(text, marker) : 0);
    while (certain > 0 && Character.isWhitespace(text.charAt(certain - 1))) {
      certain--;
    }
    pass(text.substring(0, certain));
    held = text.substring(certain);
  }

  /** How many characters at the end of {@code text} could begin {@code marker}. */
  private static int beginning(String text, String marker) {
    for (int n = Math.min(marker.length() - 1, text.length()); n > 0; n--) {
      if (marker.startsWith(text.substring(text.length() - n))) {
        return n;
      }
    }
    return 0;
  }

  private void pass(String text) {
    if (text.isEmpty()) {
      return;
    }
    begun = true;
    boolean wanted =
        state == State.REASONING ? listener.onReasoning(text) : listener.onAnswer(text);
    goOn = goOn && wanted;
  }
}
