package io.wasmchord.errors;

/** A chat template that cannot be parsed, fails, refuses the conversation or takes too much. */
public final class ChatTemplateException extends ChordException {
  private final int line;
  private final String reason;

  public ChatTemplateException(int line, String reason) {
    super("chat_template", "chat template, line " + line + ": " + reason);
    this.line = line;
    this.reason = reason;
  }

  private ChatTemplateException(ChatTemplateException cause, String remedy) {
    super("chat_template", cause.getMessage() + "; " + remedy, cause);
    this.line = cause.line;
    this.reason = cause.reason;
  }

  /** The line of the template, from 1. */
  public int line() {
    return line;
  }

  /** What is wrong, without the line. */
  public String reason() {
    return reason;
  }

  /** The same error with what to do about it. */
  public ChatTemplateException advising(String remedy) {
    return new ChatTemplateException(this, remedy);
  }
}
