package io.wasmchord.web;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.ReasoningFormat;
import io.wasmchord.chat.ReasoningSplitter;
import io.wasmchord.session.TokenListener;
import io.wasmchord.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/** The text of one generation, step by step; a chat's reasoning apart from its answer. */
final class StepText implements AnswerListener {
  private final StringBuilder answer = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final TokenListener listener;
  private final @Nullable ReasoningSplitter splitter;

  private StepText(@Nullable ReasoningFormat format, boolean open, Tokenizer tokenizer) {
    splitter = format == null ? null : new ReasoningSplitter(format, open, this);
    listener = splitter == null ? new Whole(tokenizer) : splitter;
  }

  /** All text is the answer; markers that are tokens are spelled. */
  static StepText whole(Tokenizer tokenizer) {
    return new StepText(null, false, tokenizer);
  }

  /** The text of an answer to {@code prompt} by {@code format}. */
  static StepText split(ReasoningFormat format, int[] prompt, Tokenizer tokenizer) {
    return new StepText(format, format.openAfter(prompt, tokenizer), tokenizer);
  }

  private final class Whole implements TokenListener {
    private final Tokenizer tokenizer;

    Whole(Tokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    @Override
    public boolean onText(String text) {
      return onAnswer(text);
    }

    @Override
    public boolean onMark(int id) {
      return onAnswer(tokenizer.piece(id));
    }
  }

  /** What takes the generation's tokens. */
  TokenListener listener() {
    return listener;
  }

  @Override
  public boolean onReasoning(String text) {
    reasoning.append(text);
    return true;
  }

  @Override
  public boolean onAnswer(String text) {
    answer.append(text);
    return true;
  }

  /** What has come since the last call, as {@code text} and {@code reasoning}. */
  Json take(boolean more) {
    if (!more && splitter != null) {
      splitter.end();
    }
    Json json =
        new Json()
            .put("more", more)
            .put("reasoning", reasoning.toString())
            .put("text", answer.toString());
    reasoning.setLength(0);
    answer.setLength(0);
    return json;
  }
}
