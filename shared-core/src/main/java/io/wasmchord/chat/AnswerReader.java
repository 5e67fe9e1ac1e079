package io.wasmchord.chat;

import io.wasmchord.session.TokenListener;
import io.wasmchord.session.TokenScore;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;
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
  private final @Nullable MessageReader messages; // which the answer consists of
  private @Nullable ReasoningToolCalls reasoned; // until the reasoning is over
  private String opening;

  /**
   * Tells apart what {@code format} and {@code maker} know; null for what stays text.
   *
   * @param opening what the prompt has begun the reasoning with, or an empty text
   * @param splits whether reasoning is told from the answer; else it is part of the text, with its
   *     markers and what the prompt has begun it with
   */
  AnswerReader(
      AnswerListener listener,
      Tokenizer tokenizer,
      @Nullable ReasoningFormat format,
      String opening,
      boolean splits,
      ToolCallSplitter.@Nullable Maker maker) {
    this.listener = listener;
    this.tokenizer = tokenizer;
    this.messages = null;
    this.calls = maker == null ? null : maker.make(listener, true);
    this.opening = splits ? "" : opening;
    this.reasoning =
        format == null || !(splits || maker != null)
            ? null
            : new ReasoningSplitter(
                format,
                !opening.isEmpty(),
                !splits,
                () -> this.calls == null || !this.calls.holds(),
                new AfterReasoning(splits));
    this.reasoned =
        reasoning == null || maker == null
            ? null
            : new ReasoningToolCalls(maker, splits ? listener::onReasoning : listener::onAnswer);
  }

  /** Tells apart the messages that an answer consists of. */
  AnswerReader(AnswerListener listener, Tokenizer tokenizer, MessageReader messages) {
    this.listener = listener;
    this.tokenizer = tokenizer;
    this.messages = messages;
    this.calls = null;
    this.reasoning = null;
    this.opening = "";
  }

  /** All text is the answer, and so are the names of tokens that are marks. */
  public static AnswerReader plain(Tokenizer tokenizer, AnswerListener listener) {
    return new AnswerReader(listener, tokenizer, null, "", true, null);
  }

  @Override
  public boolean onText(String text) {
    if (messages != null) {
      return messages.onText(text);
    }
    boolean goOn = text.isEmpty() || open();
    return (reasoning == null ? answer(text) : reasoning.onText(text)) && goOn;
  }

  @Override
  public boolean onMark(int id) {
    if (messages != null) {
      return messages.onMark(id);
    }
    boolean goOn = open();
    if (reasoning != null) {
      return reasoning.onMark(id) && goOn;
    }
    if (calls != null && calls.knows(id)) {
      return calls.onMark(id) && goOn;
    }
    return answer(tokenizer.piece(id)) && goOn;
  }

  @Override
  public void onScore(TokenScore score) {
    listener.onScore(score);
  }

  @Override
  public void onPrompt(List<TokenScore> scores) {
    listener.onPrompt(scores);
  }

  /** Passes on what the prompt has begun, and the answer goes on with. */
  private boolean open() {
    boolean goOn = opening.isEmpty() || listener.onAnswer(opening);
    opening = "";
    return goOn;
  }

  /** Passes on what was held back when no more text comes. */
  public void end() {
    if (messages != null) {
      messages.end();
      return;
    }
    if (reasoning != null) {
      reasoning.end();
      if (reasoned != null && reasoning.unclosed()) {
        reasoned.unclosed(listener);
        reasoned = null;
      }
    }
    closed();
    if (calls != null) {
      calls.end();
    }
  }

  /** Hears that the reasoning is over, if there was any. */
  private boolean closed() {
    boolean goOn = reasoned == null || reasoned.closed();
    reasoned = null;
    return goOn;
  }

  private boolean answer(String text) {
    return calls == null ? listener.onAnswer(text) : calls.onText(text);
  }

  private final class AfterReasoning implements AnswerListener {
    private final boolean splits;
    private boolean answered; // since the last reasoning

    AfterReasoning(boolean splits) {
      this.splits = splits;
    }

    @Override
    public boolean onReasoning(String text) {
      if (answered && calls != null) {
        calls.end(); // nothing goes on behind it
      }
      answered = false;
      if (reasoned != null) {
        return reasoned.splitter().onText(text);
      }
      return splits ? listener.onReasoning(text) : listener.onAnswer(text);
    }

    @Override
    public boolean onReasoningMark(int id) {
      return reasoned == null || reasoned.splitter().onMark(id);
    }

    @Override
    public boolean onAnswer(String text) {
      boolean goOn = closed();
      answered = true;
      return answer(text) && goOn;
    }

    @Override
    public boolean onAnswerMark(int id) {
      boolean goOn = closed();
      answered = true;
      return (calls == null || calls.onMark(id)) && goOn;
    }
  }
}
