package io.wasmchord.api;

import io.wasmchord.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of an answer, as far as they have come, and what chunks have told of them. */
final class CallsInTheMaking {
  private static final class Call {
    private final String id;
    private final String name;
    private final StringBuilder come = new StringBuilder(); // of the arguments
    private @Nullable ToolCall whole;
    private boolean told;
    private int toldCharacters;

    Call(String id, String name) {
      this.id = id;
      this.name = name;
    }

    String arguments() {
      return whole == null ? come.toString() : whole.arguments();
    }
  }

  private final ToolCallIds ids;
  private final List<Call> calls = new ArrayList<>();
  private int whole; // so many are

  CallsInTheMaking(ToolCallIds ids) {
    this.ids = ids;
  }

  void begin(String name) {
    calls.add(new Call(ids.next(), name));
  }

  void arguments(String piece) {
    calls.getLast().come.append(piece);
  }

  /** Takes whole calls: those that have begun, and others. */
  void take(List<ToolCall> found) {
    for (ToolCall call : found) {
      if (whole == calls.size()) {
        begin(call.name());
      }
      calls.get(whole++).whole = call;
    }
  }

  boolean isEmpty() {
    return whole == 0;
  }

  /** The whole ones. */
  List<NamedToolCall> named() {
    List<NamedToolCall> named = new ArrayList<>();
    for (Call call : calls) {
      if (call.whole != null) {
        named.add(new NamedToolCall(call.id, call.whole));
      }
    }
    return named;
  }

  /** What is new since the last call. */
  List<Delta> deltas() {
    List<Delta> deltas = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      if (!call.told) {
        deltas.add(new Delta.CallBegins(i, call.id, call.name));
        call.told = true;
      }
      String arguments = call.arguments();
      if (call.toldCharacters < arguments.length()) {
        deltas.add(new Delta.Arguments(i, arguments.substring(call.toldCharacters)));
        call.toldCharacters = arguments.length();
      }
    }
    return deltas;
  }
}
