package io.wasmchord.chat;

/** Receives an answer as it is generated, its reasoning apart. */
public interface AnswerListener {
  /**
   * @param text never empty; before the answer, if there is any
   * @return whether to go on
   */
  boolean onReasoning(String text);

  /**
   * @param text never empty
   * @return whether to go on
   */
  boolean onAnswer(String text);
}
