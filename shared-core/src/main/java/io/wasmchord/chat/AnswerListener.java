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
   * Whether calls are heard of while they are written, also where nothing holds the answer to its
   * family's syntax. What has begun as a call then stays one: if it breaks off, {@link
   * #onToolCalls} tells as much of its arguments as has come, which is no JSON object then, and
   * what follows is text. Without that, such a call is text.
   */
  default boolean hearsCallsEarly() {
    return false;
  }

  /**
   * Hears early of a call that {@link #onToolCalls} will tell whole. Heard where {@link
   * #hearsCallsEarly}, and where the answer is held to its family's syntax; not of calls within
   * reasoning, nor where a call is written in a way that is known only when it is whole.
   *
   * @return whether to go on
   */
  default boolean onToolCallBegun(String name) {
    return true;
  }

  /**
   * Receives a piece of the arguments of the call that has begun last, as JSON. Together the pieces
   * are the arguments that {@link #onToolCalls} will tell.
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
