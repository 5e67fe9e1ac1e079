package io.wasmchord.chat;

import io.wasmchord.session.TokenListener;
import io.wasmchord.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer as it is generated: tells its reasoning and its calls of tools from its text.
 * {@link ChatFormat#reader} makes one.
 */
public final class AnswerReader implements TokenListener {
  private final AnswerListener listener;
  private final Tokenizer tokenizer;
  private final @Nullable ReasoningSplitter reasoning;
  private final @Nullable ToolCallSplitter calls;

  private AnswerReader(
      AnswerListener listener,
      Tokenizer tokenizer,
      @Nullable ReasoningFormat reasoning,
      boolean open,
      @Nullable ToolCallSplitter calls) {
    this.listener = listener;
    this.tokenizer = tokenizer;
    this.calls = calls;
    this.reasoning =
        reasoning == null ? null : new ReasoningSplitter(reasoning, open, new AfterReasoning());
  }

  /** All text is the answer, and so are the names of tokens that are marks. */
  public static AnswerReader plain(Tokenizer tokenizer, AnswerListener listener) {
    return new AnswerReader(listener, tokenizer, null, false, null);
  }

  /**
   * Tells apart what {@code format} and {@code calls} know; null for what stays text.
   *
   * @param open whether the prompt has begun the reasoning
   */
  static AnswerReader of(
      Tokenizer tokenizer,
      @Nullable ReasoningFormat format,
      boolean open,
      @Nullable ToolCallSplitter calls,
      AnswerListener listener) {
    return new AnswerReader(listener, tokenizer, format, open, calls);
  }

  @Override
  public boolean onText(String text) {
    return reasoning == null ? answer(text) : reasoning.onText(text);
  }

  @Override
  public boolean onMark(int id) {
    if (reasoning != null) {
      return reasoning.onMark(id);
    }
    if (calls != null && calls.knows(id)) {
      return calls.onMark(id);
    }
    return answer(tokenizer.piece(id));
  }

  /** Passes on what was held back when no more text comes. */
  public void end() {
    if (reasoning != null) {
      reasoning.end();
    }
    if (calls != null) {
      calls.end();
    }
  }

  private boolean answer(String text) {
    return calls == null ? listener.onAnswer(text) : calls.onText(text);
  }

  private final class AfterReasoning implements AnswerListener {
    @Override
    public boolean onReasoning(String text) {
      return listener.onReasoning(text);
    }

    @Override
    public boolean onAnswer(String text) {
      return answer(text);
    }

    @Override
    public boolean onAnswerMark(int id) {
      return calls == null || calls.onMark(id);
    }
  }
}
