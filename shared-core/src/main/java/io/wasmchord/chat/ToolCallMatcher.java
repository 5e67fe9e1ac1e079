package io.wasmchord.chat;

import io.wasmchord.chat.ToolCallPattern.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pattern against what a model writes, from one place on, character by character. */
final class ToolCallMatcher {
  /** Longer names are none. */
  static final int MAX_WORD = 256;

  /** What ends a word: the brackets and quotes that JSON and markers begin with. */
  private static final String AFTER_WORD = "[{<>\"`";

  private static final String BETWEEN_CALLS = ";,";
  private static final String FUNCTIONS = "functions.";

  private final List<Part> parts;
  private final Set<String> control;
  private final OfferedTools offered;
  private final CallStream stream = new CallStream();
  private final JsonCallReader jsonCalls;
  private final PythonCallReader pythonCalls;
  private final StringBuilder read = new StringBuilder(); // of the part under way
  private int part;
  private @Nullable JsonSpan span; // of the part under way
  private @Nullable TaggedArguments tagged;
  private @Nullable BareArguments bare;
  private @Nullable PythonSpan python;
  private String name = "";
  private int streamed; // values in tags
  private List<ToolCall> calls = List.of();
  private boolean broken;
  private int end = -1;

  /**
   * @param control the markers that are control tokens, and come as such
   * @param offered the tools that may be called
   */
  ToolCallMatcher(ToolCallPattern pattern, Set<String> control, OfferedTools offered) {
    this.parts = pattern.parts();
    this.control = control;
    this.offered = offered;
    boolean named = parts.stream().anyMatch(each -> each instanceof ToolCallPattern.NamedCalls);
    this.jsonCalls = new JsonCallReader(stream, offered, named);
    this.pythonCalls = new PythonCallReader(stream, offered);
  }

  boolean broken() {
    return broken;
  }

  /** Whether the whole pattern was read. */
  boolean done() {
    return !broken && part == parts.size();
  }

  /** The calls that were read; none unless {@link #done}. */
  List<ToolCall> calls() {
    return done() ? calls : List.of();
  }

  /** The calls as far as they have come: those of which it is plain to see that they are some. */
  CallStream stream() {
    return stream;
  }

  /** Where the calls end: what was read after that belongs to something else. */
  int end() {
    return end;
  }

  /** Hears that all places are {@code by} less from now on. */
  void shift(int by) {
    end -= by;
  }

  /**
   * Takes a character, or the control token that begins with it.
   *
   * @param piece the token, or null for a character
   * @param to where it ends
   */
  void take(char c, @Nullable String piece, int to) {
    if (broken) {
      return;
    }
    if (parts.get(part) instanceof ToolCallPattern.Tagged(ArgumentTags tags)) {
      tagged(tags, c, piece, to);
    } else if (piece == null) {
      character(c, to);
    } else {
      control(piece, to);
    }
  }

  private void character(char c, int to) {
    boolean space = read.isEmpty() && bare == null && part > 0 && Character.isWhitespace(c);
    if (space) {
      return;
    }
    switch (parts.get(part)) {
      case ToolCallPattern.Marker(String text, boolean optional) -> spelled(c, text, to);
      case ToolCallPattern.Word(ToolCallPattern.Use use, String written) -> word(c, use, to);
      case ToolCallPattern.Calls calling -> json(c, to);
      case ToolCallPattern.CallRow row -> row(c, to);
      case ToolCallPattern.Arguments arguments -> json(c, to);
      case ToolCallPattern.Tagged(ArgumentTags tags) -> tagged(tags, c, null, to);
      case ToolCallPattern.PythonCalls(String end) -> python(c, end, to);
      case ToolCallPattern.Bare(String quote) -> bare(quote, String.valueOf(c), false, to);
      case ToolCallPattern.PythonRow(boolean single) -> pythonRow(c, single, to);
      case ToolCallPattern.NamedCalls named -> named(c, to);
      case ToolCallPattern.Before(String marker) -> spelled(c, marker, end);
      case ToolCallPattern.End last -> fail();
    }
  }

  private void control(String piece, int to) {
    if (parts.get(part) instanceof ToolCallPattern.Word(ToolCallPattern.Use use, String written)
        && !read.isEmpty()) {
      endWord(use, to - piece.length());
    }
    if (parts.get(part) instanceof ToolCallPattern.Tagged(ArgumentTags tags)) {
      tagged(tags, piece.charAt(0), piece, to);
      return;
    }
    if (parts.get(part) instanceof ToolCallPattern.Before(String marker)) {
      broken |= !piece.equals(marker) || !control.contains(marker);
      part++;
      return;
    }
    if (parts.get(part) instanceof ToolCallPattern.Bare(String quote) && piece.equals(quote)) {
      bare(quote, piece, true, to);
      return;
    }
    if (parts.get(part) instanceof ToolCallPattern.PythonCalls(String end) && piece.equals(end)) {
      python(read.toString(), to);
      return;
    }
    boolean rowEnds =
        (parts.get(part) instanceof ToolCallPattern.CallRow
                || parts.get(part) instanceof ToolCallPattern.PythonRow)
            && read.isEmpty()
            && !calls.isEmpty()
            && part + 1 < parts.size();
    part += rowEnds ? 1 : 0;
    boolean expected =
        parts.get(part) instanceof ToolCallPattern.Marker(String text, boolean optional)
            && text.startsWith(piece)
            && control.contains(piece);
    if (!expected || !read.isEmpty()) {
      fail();
    } else if (parts.get(part) instanceof ToolCallPattern.Marker(String text, boolean optional)
        && text.length() > piece.length()) {
      read.append(piece); // the rest is spelled
    } else {
      next(to);
    }
  }

  /** Hears that no more comes after {@code to}: then a model may have left out markers. */
  void noMore(int to) {
    if (!broken && part < parts.size() && parts.get(part) instanceof ToolCallPattern.PythonCalls) {
      python(read.toString(), to);
    }
    Part last = parts.get(Math.min(part, parts.size() - 1));
    if (!broken
        && (last instanceof ToolCallPattern.CallRow || last instanceof ToolCallPattern.PythonRow)) {
      broken = span != null || python != null || calls.isEmpty();
      part++;
    }
    boolean complete =
        !broken
            && !calls.isEmpty()
            && parts.subList(part, parts.size()).stream().allMatch(ToolCallMatcher::mayBeMissing);
    if (complete) {
      end =
          parts.get(Math.min(part, parts.size() - 1)) instanceof ToolCallPattern.Before ? end : to;
      part = parts.size();
    } else {
      broken = true;
    }
  }

  /** Whether {@code missing} need not have come where the answer ends. */
  private static boolean mayBeMissing(Part missing) {
    return missing instanceof ToolCallPattern.Marker
        || missing instanceof ToolCallPattern.Before
        || missing instanceof ToolCallPattern.End;
  }

  private void spelled(char c, String marker, int to) {
    boolean named = read.isEmpty() && spelledByControl(marker);
    if (named || marker.charAt(read.length()) != c) {
      fail();
      return;
    }
    read.append(c);
    if (read.length() == marker.length()) {
      next(to);
    }
  }

  /** Whether a control token is the marker, or begins it. */
  private boolean spelledByControl(String marker) {
    return control.contains(marker)
        || (marker.startsWith(ToolCallPattern.NAMESPACE)
            && control.contains(ToolCallPattern.NAMESPACE));
  }

  private void word(char c, ToolCallPattern.Use use, int to) {
    boolean over = Character.isWhitespace(c) || AFTER_WORD.indexOf(c) >= 0;
    if (!over) {
      read.append(c);
      broken = read.length() > MAX_WORD;
    } else if (read.isEmpty()) {
      fail();
    } else {
      endWord(use, to - 1);
      if (!broken) {
        character(c, to);
      }
    }
  }

  private void endWord(ToolCallPattern.Use use, int to) {
    if (use != ToolCallPattern.Use.NOTHING) {
      name = use == ToolCallPattern.Use.ID ? named(read.toString()) : read.toString();
      broken |= !offered.contains(name);
    }
    next(to);
  }

  /** The tool in a call's name: {@code functions.NAME:0}. */
  private String named(String id) {
    int colon = id.lastIndexOf(':');
    String tool = colon < 0 ? id : id.substring(0, colon);
    return offered.contains(tool) || !tool.startsWith(FUNCTIONS)
        ? tool
        : tool.substring(FUNCTIONS.length());
  }

  private void tagged(ArgumentTags tags, char c, @Nullable String piece, int to) {
    if (tagged == null) {
      tagged = new TaggedArguments(tags, control, offered.parameters(name));
    }
    JsonSpan.State state =
        piece == null
            ? tagged.feed(c)
            : tags.named() ? tagged.feedAll(piece) : tagged.feedControl(piece);
    if (state != JsonSpan.State.BROKEN) {
      stream(tagged, state == JsonSpan.State.END);
    }
    if (state == JsonSpan.State.END) {
      calls = JsonToolCalls.readBare(name, tagged.values(), tagged.texts(), offered);
      next(to);
    }
    broken |= state == JsonSpan.State.BROKEN || (state == JsonSpan.State.END && calls.isEmpty());
  }

  /** Goes on with the values that have ended. */
  private void stream(TaggedArguments arguments, boolean last) {
    if (!stream.hasBegun() && arguments.begun()) {
      stream.begin(name);
      stream.add('{');
    }
    if (streamed < arguments.values().size()) {
      int n = 0;
      for (Map.Entry<String, String> value : arguments.values().entrySet()) {
        if (n++ >= streamed) {
          String key = value.getKey();
          boolean text = arguments.texts().contains(key);
          stream.add(
              (streamed++ == 0 ? "" : JsonToolCalls.BETWEEN)
                  + JsonToolCalls.bareMember(name, key, value.getValue(), text, offered));
        }
      }
    }
    if (last) {
      stream.add('}');
    }
  }

  /** Takes a character, or a quote that is a control token. */
  private void bare(String quote, String piece, boolean token, int to) {
    if (bare == null) {
      bare = new BareArguments(control.contains(quote) ? "" : quote);
    }
    JsonSpan.State state = token ? bare.quote() : bare.feed(piece.charAt(0));
    String more = bare.since(stream.length());
    if (!more.isEmpty()) {
      if (!stream.hasBegun()) {
        stream.begin(name);
      }
      stream.add(more);
    }
    if (state == JsonSpan.State.END) {
      calls = JsonToolCalls.read(name, bare.json(), offered);
      next(to);
    }
    broken |= state == JsonSpan.State.BROKEN || (state == JsonSpan.State.END && calls.isEmpty());
  }

  private void named(char c, int to) {
    read.append(c);
    jsonCalls.feed(c);
    JsonSpan.State state = span(offered.names()).feed(c);
    if (state == JsonSpan.State.END) {
      calls = JsonToolCalls.readNamed(read.toString(), offered);
      next(to);
    }
    broken |= state == JsonSpan.State.BROKEN || (state == JsonSpan.State.END && calls.isEmpty());
  }

  private void pythonRow(char c, boolean single, int to) {
    boolean between = read.isEmpty() && !calls.isEmpty();
    if (between && (Character.isWhitespace(c) || BETWEEN_CALLS.indexOf(c) >= 0)) {
      return;
    }
    if (between && !single) {
      endRow(c, to);
      return;
    }
    if (python == null) {
      python = new PythonSpan(offered, single);
    }
    read.append(c);
    pythonCalls.feed(c);
    JsonSpan.State state = python.feed(c);
    if (state == JsonSpan.State.END) {
      List<ToolCall> before = calls;
      String text = read.toString();
      List<ToolCall> more =
          JsonToolCalls.readPython(text.startsWith("[") ? text : "[" + text + "]", offered);
      broken |= more.isEmpty();
      calls = Stream.concat(before.stream(), more.stream()).toList();
      read.setLength(0);
      python = null;
      end = to;
    }
    broken |= state == JsonSpan.State.BROKEN;
  }

  private void python(char c, String end, int to) {
    read.append(c);
    pythonCalls.feed(c);
    int length = read.length() - end.length();
    if (read.charAt(0) != '[') {
      broken = true;
    } else if (!control.contains(end) && length >= 0 && read.indexOf(end, length) == length) {
      python(read.substring(0, length), to);
    }
  }

  private void python(String list, int to) {
    calls = JsonToolCalls.readPython(list, offered);
    broken |= calls.isEmpty();
    next(to);
  }

  private void row(char c, int to) {
    if (span == null && !calls.isEmpty()) {
      if (!Character.isWhitespace(c) && BETWEEN_CALLS.indexOf(c) < 0 && c != '{') {
        endRow(c, to);
      }
      if (c != '{') {
        return;
      }
    }
    List<ToolCall> before = calls;
    JsonSpan.State state = span(ToolCallPattern.FIRST_KEYS).feed(c);
    read.append(c);
    jsonCalls.feed(c);
    if (state == JsonSpan.State.END) {
      List<ToolCall> more = JsonToolCalls.read(read.toString(), offered);
      broken |= more.isEmpty();
      calls = Stream.concat(before.stream(), more.stream()).toList();
      read.setLength(0);
      span = null;
      end = to;
    }
    broken |= state == JsonSpan.State.BROKEN;
  }

  /** What is none of the row belongs to the marker after it, if one comes. */
  private void endRow(char c, int to) {
    if (part + 1 < parts.size() && parts.get(part + 1) instanceof ToolCallPattern.Marker) {
      part++;
      character(c, to);
    } else {
      fail();
    }
  }

  private JsonSpan span(Set<String> firstKeys) {
    if (span == null) {
      span = new JsonSpan(firstKeys);
    }
    return span;
  }

  private void json(char c, int to) {
    boolean whole = parts.get(part) instanceof ToolCallPattern.Calls;
    if (whole) {
      jsonCalls.feed(c);
    } else {
      if (read.isEmpty() && c == '{') {
        stream.begin(name);
      }
      if (stream.hasBegun()) {
        stream.add(c);
      }
    }
    read.append(c);
    JsonSpan.State state = span(whole ? ToolCallPattern.FIRST_KEYS : Set.of()).feed(c);
    if (state == JsonSpan.State.END) {
      String json = read.toString();
      calls = whole ? JsonToolCalls.read(json, offered) : JsonToolCalls.read(name, json, offered);
      next(to);
    }
    broken |= state == JsonSpan.State.BROKEN || (state == JsonSpan.State.END && calls.isEmpty());
  }

  private void next(int to) {
    read.setLength(0);
    span = null;
    tagged = null;
    bare = null;
    python = null;
    end = to;
    part++;
  }

  /** Something else comes: that ends the calls where only what is optional is missing. */
  private void fail() {
    boolean complete =
        !calls.isEmpty()
            && parts.get(part) instanceof ToolCallPattern.Marker(String text, boolean optional)
            && optional;
    if (complete) {
      part = parts.size();
    } else {
      broken = true;
    }
  }

  /** Whether the pattern may begin with {@code c}, the first character of {@code piece} if any. */
  private boolean mayBegin(char c, @Nullable String piece) {
    return switch (parts.getFirst()) {
      case ToolCallPattern.Marker(String text, boolean optional) when piece == null ->
          text.charAt(0) == c && !spelledByControl(text);
      case ToolCallPattern.Marker(String text, boolean optional) -> text.startsWith(piece);
      case ToolCallPattern.PythonRow(boolean single) -> piece == null && c == '[';
      default -> piece == null && (c == '{' || c == '[');
    };
  }

  /** Matches for those of {@code patterns} that may begin so. */
  static List<ToolCallMatcher> beginning(
      List<ToolCallPattern> patterns,
      char c,
      @Nullable String piece,
      Set<String> control,
      OfferedTools offered) {
    List<ToolCallMatcher> all = new ArrayList<>();
    for (ToolCallPattern pattern : patterns) {
      ToolCallMatcher match = new ToolCallMatcher(pattern, control, offered);
      if (match.mayBegin(c, piece)) {
        all.add(match);
      }
    }
    return all;
  }
}
