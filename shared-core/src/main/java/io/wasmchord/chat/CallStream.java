package io.wasmchord.chat;

import java.util.ArrayList;
import java.util.List;

/** Calls as far as they have come, with their arguments as JSON. */
final class CallStream {
  private record Begun(String name, StringBuilder arguments) {}

  private final List<Begun> calls = new ArrayList<>();
  private int length;

  /** Begins a call. */
  void begin(String tool) {
    calls.add(new Begun(tool, new StringBuilder()));
  }

  /** A character of the arguments of the call that has begun last. */
  void add(char c) {
    calls.getLast().arguments.append(c);
    length++;
  }

  /** A piece of the arguments of the call that has begun last. */
  void add(String json) {
    calls.getLast().arguments.append(json);
    length += json.length();
  }

  /** Whether a call has begun. */
  boolean hasBegun() {
    return !calls.isEmpty();
  }

  /** How many characters of arguments have come. */
  int length() {
    return length;
  }

  int size() {
    return calls.size();
  }

  String name(int call) {
    return calls.get(call).name;
  }

  /** A call's arguments, as far as they have come; not to be changed. */
  CharSequence arguments(int call) {
    return calls.get(call).arguments;
  }

  /** The calls as far as they have come. */
  List<ToolCall> calls() {
    return calls.stream().map(call -> new ToolCall(call.name, call.arguments.toString())).toList();
  }

  /** Whether what has come of {@code other} has come here, too: more may have. */
  boolean goesOnFrom(CallStream other) {
    for (int i = 0; i < other.size(); i++) {
      boolean last = i == other.size() - 1;
      if (i >= size()
          || !name(i).equals(other.name(i))
          || !goesOn(arguments(i), other.arguments(i), last)) {
        return false;
      }
    }
    return true;
  }

  private static boolean goesOn(CharSequence all, CharSequence begun, boolean mayBeLonger) {
    String come = all.toString();
    String before = begun.toString();
    return mayBeLonger ? come.startsWith(before) : come.equals(before);
  }

  /** Whether {@code whole} begins with these calls, all of their arguments having come. */
  boolean isBeginningOf(List<ToolCall> whole) {
    List<ToolCall> own = calls();
    return own.size() <= whole.size() && own.equals(whole.subList(0, own.size()));
  }
}
