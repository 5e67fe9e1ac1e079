package io.wasmchord.chat;

import io.wasmchord.session.TokenListener;
import java.util.function.BooleanSupplier;

/**
 * Parts an answer's text into reasoning and answer as it comes. What may begin a marker, and
 * whitespace that may stand before one, is held back, so the chunks in which the text comes do not
 * matter; each character is looked at once. Whitespace around reasoning belongs to the markers.
 *
 * <p>Reasoning stands at the beginning, and may come again: where its marker is a control token,
 * anywhere, else where the marker is a line of its own, outside of fenced code. Any other marker
 * that the answer quotes is text. Stretches of reasoning are set apart by an empty line.
 */
public final class ReasoningSplitter implements TokenListener {
  private enum State {
    /** Nothing but whitespace has come. */
    START,
    REASONING,
    /** The control token that begins a marker has come, and its rest is spelled. */
    OPENING,
    /** Reasoning is over, and the answer has not begun. */
    BETWEEN,
    /** Within the answer's own markers. */
    WRAPPED,
    /** After them. */
    AFTER,
    ANSWER
  }

  private final ReasoningFormat format;
  private final boolean verbatim;
  private final AnswerListener listener;
  private final BooleanSupplier mayReason;
  private State state;
  private State before = State.START; // the opening
  private final AnswerLines lines = new AnswerLines();
  private final StringBuilder certain = new StringBuilder(); // to be passed on
  private final StringBuilder space = new StringBuilder(); // that comes after it
  private final StringBuilder begin = new StringBuilder(); // of a marker, perhaps, after that
  private boolean begun; // text of the part under way has come
  private boolean reasoned; // and passed it on
  private boolean
      apart; // the reasoning under way is not the first, and nothing of it was passed on
  private boolean goOn = true;

  /**
   * @param open whether the prompt has begun the reasoning, as {@link ReasoningFormat#openAfter}
   *     tells
   */
  public ReasoningSplitter(ReasoningFormat format, boolean open, AnswerListener listener) {
    this(format, open, false, () -> true, listener);
  }

  /**
   * The same.
   *
   * @param verbatim whether markers, and the whitespace around them, are passed on, too
   * @param mayReason whether reasoning may begin behind the answer that was passed on so far, where
   *     its marker is spelled
   */
  ReasoningSplitter(
      ReasoningFormat format,
      boolean open,
      boolean verbatim,
      BooleanSupplier mayReason,
      AnswerListener listener) {
    this.format = format;
    this.mayReason = mayReason;
    this.verbatim = verbatim;
    this.listener = listener;
    this.state = open ? State.REASONING : State.START;
  }

  /** Whether reasoning was begun and not ended. */
  boolean unclosed() {
    return state == State.REASONING;
  }

  @Override
  public boolean onText(String text) {
    for (int i = 0; i < text.length(); i++) {
      feed(text.charAt(i));
    }
    pass();
    return goOn;
  }

  @Override
  public boolean onMark(int id) {
    if (state == State.OPENING) {
      notOpened();
    }
    if (id == format.openId() && state != State.REASONING && state != State.WRAPPED) {
      openMark();
    } else if (state == State.REASONING && id == format.closeId()) {
      keep();
      enter(State.BETWEEN, format.close());
    } else if (state == State.REASONING && id != format.openId()) {
      keepAll();
      begun = true;
      pass();
      goOn &= listener.onReasoningMark(id);
    } else if (state != State.REASONING && id != format.openId() && id != format.closeId()) {
      answerMark(id);
    }
    return goOn;
  }

  /** What begins reasoning has come, or the first part of it. */
  private void openMark() {
    if (!begin.isEmpty()) {
      keepAll();
      state = State.ANSWER;
    }
    if (format.openToken().equals(format.open())) {
      enter(State.REASONING, format.open());
      return;
    }
    pass();
    before = state;
    state = State.OPENING;
    begin.append(format.openToken());
  }

  private void opening(char c) {
    String text = begin.append(c).toString();
    if (text.equals(format.open())) {
      state = before;
      enter(State.REASONING, text);
    } else if (!format.open().startsWith(text)) {
      notOpened();
    }
  }

  /** The control token meant something else, and what follows it is text. */
  private void notOpened() {
    String rest = begin.substring(format.openToken().length());
    begin.setLength(0);
    state = before;
    answerMark(format.openId());
    for (int i = 0; i < rest.length(); i++) {
      feed(rest.charAt(i));
    }
  }

  /** What means something in the answer begins it. */
  private void answerMark(int id) {
    keepAll();
    pass();
    state = state == State.WRAPPED ? state : State.ANSWER;
    goOn &= listener.onAnswerMark(id);
  }

  /** Passes on what was held back when no more text comes. */
  public void end() {
    if (state == State.OPENING) {
      notOpened();
    }
    keep();
    boolean around = state == State.REASONING || state == State.WRAPPED;
    if (verbatim || !around) {
      keepAll();
    }
    space.setLength(0);
    pass();
  }

  private void feed(char c) {
    switch (state) {
      case START -> start(c);
      case OPENING -> opening(c);
      case REASONING -> until(format.close(), format.closeId() < 0, State.BETWEEN, c);
      case BETWEEN -> between(c);
      case WRAPPED -> until(format.answerClose(), true, State.AFTER, c);
      case AFTER -> after(c);
      case ANSWER -> answer(c);
    }
  }

  private void start(char c) {
    if (begin.isEmpty() && Character.isWhitespace(c)) {
      space.append(c);
      return;
    }
    String text = begin.append(c).toString();
    boolean spelled = format.openId() < 0;
    if (spelled && text.equals(format.open())) {
      enter(State.REASONING, text);
    } else if (wraps(text)) {
      enter(State.WRAPPED, text);
    } else if (!(spelled && format.open().startsWith(text)) && !wrapMayBegin(text)) {
      answerBegins();
    }
  }

  private void answer(char c) {
    String text = begin.append(c).toString();
    String marker = format.open() + "\n";
    boolean spelled = format.openId() < 0 && lines.beginning() && marker.startsWith(text);
    if (!spelled) {
      lines.take(text);
      keepAll();
    } else if (text.equals(marker)) {
      pass();
      if (mayReason.getAsBoolean()) {
        enter(State.REASONING, marker);
      } else {
        lines.take(text);
        keepAll();
      }
    }
  }

  private void between(char c) {
    if (begin.isEmpty() && Character.isWhitespace(c)) {
      leaveOut(String.valueOf(c));
      return;
    }
    if (format.answerOpen().isEmpty() && !format.answerClose().isEmpty()) {
      state = State.WRAPPED;
      begun = false;
      feed(c);
      return;
    }
    String text = begin.append(c).toString();
    if (wraps(text)) {
      enter(State.WRAPPED, text);
    } else if (!wrapMayBegin(text)) {
      answerOf(text);
    }
  }

  /** The answer begins with {@code text}, which may begin reasoning again. */
  private void answerOf(String text) {
    begin.setLength(0);
    state = State.ANSWER;
    for (int i = 0; i < text.length(); i++) {
      feed(text.charAt(i));
    }
  }

  /** What was held back is its beginning, with the whitespace before it. */
  private void answerBegins() {
    lines.take(space + begin.toString());
    keepAll();
    state = State.ANSWER;
  }

  private void after(char c) {
    if (Character.isWhitespace(c)) {
      leaveOut(String.valueOf(c));
    } else {
      answerOf(String.valueOf(c));
    }
  }

  private boolean wraps(String text) {
    return text.equals(format.answerOpen());
  }

  private boolean wrapMayBegin(String text) {
    return format.answerOpen().startsWith(text);
  }

  /** Takes a character that is before {@code marker} or one of it; {@code next} comes after it. */
  private void until(String marker, boolean spelled, State next, char c) {
    if (!spelled) {
      text(c);
      return;
    }
    begin.append(c);
    while (!begin.isEmpty() && !marker.startsWith(begin.toString())) {
      text(begin.charAt(0));
      begin.deleteCharAt(0);
    }
    if (begin.length() == marker.length()) {
      begin.setLength(0);
      enter(next, marker);
    }
  }

  /** A character that is none of a marker; space is held back, and at the beginning left out. */
  private void text(char c) {
    if (!Character.isWhitespace(c)) {
      certain.append(space).append(c);
      space.setLength(0);
      begun = true;
    } else if (begun || verbatim) {
      space.append(c);
    }
  }

  /** What is held as the beginning of a marker is text. */
  private void keep() {
    for (int i = 0; i < begin.length(); i++) {
      text(begin.charAt(i));
    }
    begin.setLength(0);
  }

  /** The same, and so is the space before it. */
  private void keepAll() {
    certain.append(space).append(begin);
    space.setLength(0);
    begin.setLength(0);
  }

  /** Goes on to {@code next} behind {@code marker}; the space before it belongs to it. */
  private void enter(State next, String marker) {
    if (state == State.REASONING || state == State.WRAPPED) {
      leaveOut(space + marker);
      pass();
      state = next;
    } else {
      pass();
      state = next;
      leaveOut(space + marker);
    }
    space.setLength(0);
    begin.setLength(0);
    begun = false;
    apart = next == State.REASONING && reasoned && !verbatim;
  }

  private void leaveOut(String text) {
    certain.append(verbatim ? text : "");
  }

  private void pass() {
    if (certain.isEmpty()) {
      return;
    }
    String text = (apart ? "\n\n" : "") + certain;
    certain.setLength(0);
    apart = false;
    reasoned |= state == State.REASONING;
    boolean wanted =
        state == State.REASONING ? listener.onReasoning(text) : listener.onAnswer(text);
    goOn = goOn && wanted;
  }
}
