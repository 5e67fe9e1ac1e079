package io.wasmchord.chat;

import java.util.ArrayList;
import java.util.List;

/**
 * Calls of tools within reasoning. One that anything but space follows was quoted, and so was one
 * in reasoning that is closed: it is text. What stands at the end of reasoning that was never
 * closed is meant.
 */
final class ReasoningToolCalls implements AnswerListener {
  /** Takes text that is no call. */
  @FunctionalInterface
  interface Text {
    boolean take(String text);
  }

  private final ToolCallSplitter splitter;
  private final Text text;
  private final List<ToolCall> calls = new ArrayList<>();
  private final StringBuilder written = new StringBuilder(); // of the calls, and between them

  /**
   * @param calls makes what finds the calls
   */
  ReasoningToolCalls(ToolCallSplitter.Maker calls, Text text) {
    this.splitter = calls.make(this, false);
    this.text = text;
  }

  ToolCallSplitter splitter() {
    return splitter;
  }

  @Override
  public boolean onReasoning(String more) {
    throw new IllegalStateException("there is none within reasoning");
  }

  @Override
  public boolean onAnswer(String more) {
    boolean goOn = quoted();
    return text.take(more) && goOn;
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String as) {
    calls.addAll(found);
    written.append(as);
    return true;
  }

  /** Hears that what was found was not meant. */
  private boolean quoted() {
    calls.clear();
    boolean goOn = written.isEmpty() || text.take(written.toString());
    written.setLength(0);
    return goOn;
  }

  /** Hears that the reasoning was closed. */
  boolean closed() {
    splitter.end();
    return quoted();
  }

  /** Hears that the answer has ended before the reasoning; its last calls are for {@code to}. */
  void unclosed(AnswerListener to) {
    splitter.end();
    if (!calls.isEmpty()) {
      to.onToolCalls(List.copyOf(calls), written.toString());
    }
  }
}
