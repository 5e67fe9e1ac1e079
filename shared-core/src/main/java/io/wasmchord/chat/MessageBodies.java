package io.wasmchord.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one answer, as they come, for whoever listens to the answer. Messages of a kind
 * are set apart by an empty line. A call that is none, or that nobody offered, is text with its
 * head: nothing that a message says is lost.
 */
final class MessageBodies {
  /** What a message is. */
  enum Kind {
    REASONING,
    ANSWER,
    /** The arguments of a call. */
    CALL,
    /** Text with the head that came before it. */
    VERBATIM
  }

  private static final String BETWEEN = "\n\n";

  private final AnswerListener listener;
  private final OfferedTools offered;
  private final boolean splits;
  private final boolean early;
  private final StringBuilder arguments = new StringBuilder();
  private final StringBuilder space = new StringBuilder(); // of the answer, before what comes next
  private @Nullable Kind kind; // of the message under way
  private String head = "";
  private String tool = "";
  private int told; // characters of a call's arguments
  private boolean begun; // something of the message has come
  private boolean reasoned;
  private boolean answered;
  private boolean goOn = true;

  /**
   * @param splits whether reasoning is told from the answer; else it is part of it, with its
   *     markers
   * @param early whether calls are told as they come; what has begun as a call then stays one
   */
  MessageBodies(AnswerListener listener, OfferedTools offered, boolean splits, boolean early) {
    this.listener = listener;
    this.offered = offered;
    this.splits = splits;
    this.early = early;
  }

  /** Whether the listener wants more. */
  boolean goOn() {
    return goOn;
  }

  boolean offers(String name) {
    return offered.contains(name);
  }

  boolean offersSuch(String beginning) {
    return offered.begins(beginning);
  }

  /** Whether a message is under way. */
  boolean open() {
    return kind != null;
  }

  /**
   * Begins a message.
   *
   * @param written its head, as it was written
   * @param name of the tool, for a call
   */
  void open(Kind of, String written, String name) {
    close("");
    kind = of == Kind.REASONING && !splits ? Kind.VERBATIM : of;
    head = written;
    tool = name;
    begun = false;
    arguments.setLength(0);
    told = 0;
    if (kind == Kind.CALL && early) {
      goOn &= listener.onToolCallBegun(tool);
    }
    if (kind == Kind.VERBATIM) {
      space.setLength(0);
      answer(written);
    }
  }

  void text(String text) {
    if (kind == Kind.CALL) {
      arguments.append(text);
      tell();
    } else if (kind == Kind.REASONING) {
      reasoning(text);
    } else {
      answer(text);
    }
  }

  /** Tells of the arguments of a call, without the space around them, where they are an object. */
  private void tell() {
    String come = arguments.toString().strip();
    if (early && come.startsWith("{") && told < come.length()) {
      goOn &= listener.onToolArguments(come.substring(told));
      told = come.length();
    }
  }

  /**
   * Ends the message, if there is one.
   *
   * @param marker that it ends with, as it was written
   */
  void close(String marker) {
    if (kind == Kind.CALL) {
      call(marker);
    } else if (kind == Kind.VERBATIM) {
      answer(marker);
      answered = false; // its markers set it apart
    }
    kind = null;
  }

  /** Passes on what was held back when no more text comes. */
  void end() {
    close("");
    if (!space.isEmpty() && begun) {
      goOn &= listener.onAnswer(space.toString());
      space.setLength(0);
    }
  }

  private void call(String marker) {
    String come = arguments.toString().strip();
    List<ToolCall> calls = JsonToolCalls.read(tool, come, offered);
    if (calls.isEmpty() && early) {
      calls = List.of(new ToolCall(tool, come)); // broken off, and told
    }
    if (calls.isEmpty()) {
      begun = false;
      answer(head + arguments + marker);
    } else {
      String whole = calls.getFirst().arguments();
      if (early && told < whole.length()) {
        goOn &= listener.onToolArguments(whole.substring(told));
      }
      goOn &= listener.onToolCalls(calls, space + head + arguments + marker);
      space.setLength(0);
    }
  }

  private void reasoning(String text) {
    goOn &= listener.onReasoning(reasoned && !begun ? BETWEEN + text : text);
    reasoned = true;
    begun = true;
  }

  /** Whitespace is held back: before a call it is left out. */
  private void answer(String text) {
    String more = text;
    if (!begun && answered) {
      more = text.stripLeading();
      space.setLength(0);
      space.append(BETWEEN);
    }
    int end = more.stripTrailing().length();
    if (end > 0) {
      goOn &= listener.onAnswer(space + more.substring(0, end));
      space.setLength(0);
      begun = true;
      answered = true;
    }
    space.append(more, end, more.length());
  }
}
