package io.wasmchord.chat;

import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the calls of tools in an answer as it comes. What may become a call is held back until that
 * is certain, character by character, so the chunks in which the text comes do not matter. What
 * becomes none is text, markers included: all that was written comes out again, as text or as
 * calls. Whitespace before a call belongs to it, and after the last one it is left out.
 */
public final class ToolCallSplitter implements TokenListener {
  /** Characters that are held back at most; longer calls are text. */
  static final int MAX_HELD = 1 << 16;

  /**
   * How often what was held is looked at again, once a call that it began turns out to be none: so
   * many times as many characters as have come, and {@link #MAX_AGAIN}. Beyond that, all of it is
   * text: else calls that never close would take time by the square.
   */
  private static final int AGAIN = 4;

  private static final long MAX_AGAIN = 1 << 18;

  /** Makes a splitter for whoever listens. */
  @FunctionalInterface
  interface Maker {
    /**
     * @param certain whether what has begun as a call is one: then it is told as it comes, if the
     *     answer is held to the family's syntax
     */
    ToolCallSplitter make(AnswerListener listener, boolean certain);
  }

  private final ToolCallFormat format;
  private final List<ToolCallPattern> patterns;
  private final Map<Integer, String> marks;
  private final Set<String> control;
  private final OfferedTools offered;
  private final AnswerListener listener;
  private final boolean certain; // what has begun as a call is one

  private final StringBuilder held = new StringBuilder();
  private final TreeMap<Integer, String> controls = new TreeMap<>(); // by their places in it
  private final StringBuilder text = new StringBuilder(); // to be passed on
  private final StringBuilder space = new StringBuilder(); // after the text, before what is held
  private List<ToolCallMatcher> matches = List.of(); // from the beginning of what is held
  private int from; // what is held before is dealt with
  private int at; // what the matches have seen
  private int furthest; // and have ever seen
  private long come; // characters, as far as they were looked at
  private long examined; // by each match
  private boolean begun; // something other than whitespace has come
  private boolean called; // and nothing but whitespace since
  private boolean goOn = true;

  /**
   * @param marks the format's, {@link ToolCallFormat#marks}
   * @param tools those that the model may call: the call of another is text
   */
  public ToolCallSplitter(
      ToolCallFormat format, Map<Integer, String> marks, JsonValue tools, AnswerListener listener) {
    this(format, marks, new OfferedTools(tools), listener);
  }

  ToolCallSplitter(
      ToolCallFormat format,
      Map<Integer, String> marks,
      OfferedTools offered,
      AnswerListener listener) {
    this(format, format.patterns(), marks, offered, listener, false);
  }

  ToolCallSplitter(
      ToolCallFormat format,
      List<ToolCallPattern> patterns,
      Map<Integer, String> marks,
      OfferedTools offered,
      AnswerListener listener,
      boolean certain) {
    this.format = format;
    this.patterns = patterns;
    this.certain = certain;
    this.marks = new HashMap<>(marks);
    this.control = new HashSet<>(marks.values());
    this.control.removeAll(format.withinMarkers());
    this.offered = offered;
    this.listener = listener;
  }

  /** Whether text is held back that may become a call. */
  boolean holds() {
    return from < held.length();
  }

  /** Whether the token is one of the format's markers. */
  boolean knows(int id) {
    return marks.containsKey(id);
  }

  @Override
  public boolean onText(String more) {
    held.append(more);
    drain();
    pass();
    tell();
    return goOn;
  }

  /** Tells of the call under way, if it is certain to be one. */
  private void tell() {
    if (certain) {
      firstOpen().ifPresent(match -> goOn &= match.stream().tell(listener));
    }
  }

  private Optional<ToolCallMatcher> firstOpen() {
    return matches.stream()
        .filter(match -> !match.broken() && match.stream().hasBegun())
        .findFirst();
  }

  @Override
  public boolean onMark(int id) {
    String piece = marks.get(id);
    if (piece != null) {
      if (control.contains(piece)) {
        controls.put(held.length(), piece);
      }
      onText(piece);
    }
    return goOn;
  }

  /** Passes on what was held back when no more text comes. */
  public void end() {
    Optional<ToolCallMatcher> cutOff = certain ? firstOpen() : Optional.empty();
    while (from < held.length()) {
      matches.forEach(match -> match.noMore(held.length()));
      if (cutOff.isPresent() && matches.stream().noneMatch(ToolCallMatcher::done)) {
        takeAsFarAsCome(cutOff.get());
        break;
      }
      settle();
      drain();
    }
    if (!called) {
      text.append(space);
    }
    space.setLength(0);
    pass();
  }

  /** Goes through what is held to its end, and lets go of what is dealt with. */
  private void drain() {
    while (at < held.length()) {
      char c = held.charAt(at);
      String piece = controls.get(at);
      int to = at + (piece == null ? 1 : piece.length());
      if (at == from && (!format.wholeAnswer() || !begun)) {
        matches = ToolCallMatcher.beginning(patterns, c, piece, control, offered);
      }
      for (ToolCallMatcher match : matches) {
        match.take(c, piece, to);
        examined++;
      }
      at = to;
      come += Math.max(0, at - furthest);
      furthest = Math.max(at, furthest);
      settle();
    }
    letGo();
  }

  /** Characters that matches were given so far. */
  long examined() {
    return examined;
  }

  /** Half of it at least, or moving the rest would cost more than reading it. */
  private void letGo() {
    if (from * 2 < held.length() || from == 0) {
      return;
    }
    Map<Integer, String> rest = new TreeMap<>(controls.tailMap(from));
    controls.clear();
    rest.forEach((place, piece) -> controls.put(place - from, piece));
    held.delete(0, from);
    matches.forEach(match -> match.shift(from));
    at -= from;
    furthest -= from;
    from = 0;
  }

  /** Takes what has turned out to be a call, or is certain to be none. */
  private void settle() {
    boolean open = false;
    for (ToolCallMatcher match : matches) {
      if (match.done()) {
        take(match);
        return;
      }
      open |= !match.broken();
    }
    if (!open || at - from > MAX_HELD) {
      reject();
      if (examined > AGAIN * come + MAX_AGAIN) {
        while (from < furthest) {
          reject();
        }
      }
    }
  }

  private void take(ToolCallMatcher done) {
    pass();
    if (certain) {
      goOn &= done.stream().tell(listener);
    }
    String written = space + held.substring(from, done.end());
    goOn &= listener.onToolCalls(done.calls(), written);
    space.setLength(0);
    begun = true;
    called = true;
    goOnFrom(done.end());
  }

  /** What was told of a call stays one, although the answer ends within it. */
  private void takeAsFarAsCome(ToolCallMatcher match) {
    pass();
    String written = space + held.substring(from);
    goOn &= listener.onToolCalls(match.stream().calls(), written);
    space.setLength(0);
    called = true;
    goOnFrom(held.length());
  }

  /** The first character or marker of what is held is text. */
  private void reject() {
    String piece = controls.get(from);
    int to = from + (piece == null ? 1 : piece.length());
    if (Character.isWhitespace(held.charAt(from))) {
      space.append(held.charAt(from));
    } else {
      text.append(space).append(held, from, to);
      space.setLength(0);
      begun = true;
      called = false;
    }
    goOnFrom(to);
  }

  private void goOnFrom(int place) {
    matches = List.of();
    from = place;
    at = place;
  }

  private void pass() {
    if (!text.isEmpty()) {
      goOn &= listener.onAnswer(text.toString());
      text.setLength(0);
    }
  }
}
