package io.wasmchord.chat;

import io.wasmchord.session.TokenScore;
import java.util.List;

/** Receives an answer as it is generated, its reasoning and its calls of tools apart. */
public interface AnswerListener {
  /**
   * @param text never empty; mostly before the answer, though some models reason again
   * @return whether to go on
   */
  boolean onReasoning(String text);

  /**
   * @param text never empty
   * @return whether to go on
   */
  boolean onAnswer(String text);

  /**
   * @param calls one or more
   * @param written what the model wrote, its markers and the whitespace before them included
   * @return whether to go on
   */
  default boolean onToolCalls(List<ToolCall> calls, String written) {
    return onAnswer(written);
  }

  /**
   * Hears early of a call that {@link #onToolCalls} will tell whole. Heard only where the answer is
   * held to its family's syntax, so that what has begun is a call for certain, and where its
   * arguments are written as JSON.
   *
   * @return whether to go on
   */
  default boolean onToolCallBegun(String name) {
    return true;
  }

  /**
   * Receives a piece of the arguments of the call that has begun last. The pieces are the arguments
   * that {@link #onToolCalls} will tell; fewer, where the answer is cut off.
   *
   * @param piece never empty
   * @return whether to go on
   */
  default boolean onToolArguments(String piece) {
    return true;
  }

  /**
   * Receives a token of {@link io.wasmchord.session.GenerationOptions#marks()} that stands within
   * reasoning, and is no marker of it.
   *
   * @return whether to go on
   */
  default boolean onReasoningMark(int id) {
    return true;
  }

  /**
   * Receives a token of {@link io.wasmchord.session.GenerationOptions#marks()} that is no marker of
   * reasoning.
   *
   * @return whether to go on
   */
  default boolean onAnswerMark(int id) {
    return true;
  }

  /** As of {@link io.wasmchord.session.TokenListener#onScore}. */
  default void onScore(TokenScore score) {}

  /** As of {@link io.wasmchord.session.TokenListener#onPrompt}. */
  default void onPrompt(List<TokenScore> scores) {}
}
