package io.wasmchord.chat;

import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
     * @param early whether calls may be told as they come, if the listener wants that
     */
    ToolCallSplitter make(AnswerListener listener, boolean early);
  }

  private final ToolCallFormat format;
  private final List<ToolCallPattern> patterns;
  private final Map<Integer, String> marks;
  private final Set<String> control;
  private final OfferedTools offered;
  private final AnswerListener listener;
  private final boolean early;
  private final CallTeller teller;

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
  private @Nullable ToolCallMatcher certain; // whose first call has begun, and is one
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

  /**
   * @param early whether calls are told as they come. What has begun as a call then stays one: if
   *     it breaks off, its arguments are what has come of them.
   */
  ToolCallSplitter(
      ToolCallFormat format,
      List<ToolCallPattern> patterns,
      Map<Integer, String> marks,
      OfferedTools offered,
      AnswerListener listener,
      boolean early) {
    this.format = format;
    this.patterns = patterns;
    this.early = early;
    this.teller = new CallTeller(listener);
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

  /** Tells of the calls under way, if they are certain to be some. */
  private void tell() {
    if (certain != null) {
      goOn &= teller.tell(certain.stream());
    }
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
    while (from < held.length()) {
      matches.forEach(match -> match.noMore(held.length()));
      settle(held.length());
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
      int length = certain == null ? 0 : certain.stream().length();
      for (ToolCallMatcher match : matches) {
        match.take(c, piece, to);
        examined++;
      }
      boolean taken = certain == null || certain.stream().length() > length;
      int before = taken ? to : at; // where a call ends that breaks off here
      at = to;
      come += Math.max(0, at - furthest);
      furthest = Math.max(at, furthest);
      settle(before);
    }
    letGo();
  }

  /** Notes which match has begun with a call, and goes on. */
  private void choose() {
    if (early && (certain == null || certain.broken())) {
      for (ToolCallMatcher match : matches) {
        boolean begins = !match.broken() && match.stream().hasBegun();
        if (begins && (certain == null || match.stream().goesOnFrom(certain.stream()))) {
          certain = match;
          return;
        }
      }
    }
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

  /**
   * Takes what has turned out to be a call, or is certain to be none.
   *
   * @param before where a call ends that has broken off
   */
  private void settle(int before) {
    choose();
    boolean open = false;
    for (ToolCallMatcher match : matches) {
      if (match.done() && goesOn(match)) {
        take(match);
        return;
      }
      open |= !match.broken() && !match.done();
    }
    boolean over = !open || at - from > MAX_HELD;
    if (over && certain != null) {
      takeAsFarAsCome(certain, before);
    } else if (over) {
      reject();
      if (examined > AGAIN * come + MAX_AGAIN) {
        while (from < furthest) {
          reject();
        }
      }
    }
  }

  /** Whether what is told of calls that have begun is what they are in the end. */
  private boolean goesOn(ToolCallMatcher done) {
    return certain == null
        || (done.stream().goesOnFrom(certain.stream())
            && done.stream().isBeginningOf(done.calls()));
  }

  private void take(ToolCallMatcher done) {
    pass();
    if (early) {
      goOn &= teller.tell(done.stream());
    }
    tell(done.calls(), done.end());
  }

  /** What has begun as a call stays one, although it ends otherwise than a call does. */
  private void takeAsFarAsCome(ToolCallMatcher match, int to) {
    pass();
    goOn &= teller.tell(match.stream());
    tell(match.stream().calls(), to);
  }

  private void tell(List<ToolCall> calls, int to) {
    goOn &= listener.onToolCalls(calls, space + held.substring(from, to));
    space.setLength(0);
    begun = true;
    called = true;
    goOnFrom(to);
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
    certain = null;
    teller.restart();
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
