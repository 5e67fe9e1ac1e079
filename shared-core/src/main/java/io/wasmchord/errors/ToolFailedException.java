package io.wasmchord.errors;

/** A tool that a model has called has failed, and the caller wanted to hear of it. */
public final class ToolFailedException extends ChordException {
  public ToolFailedException(String tool, Throwable cause) {
    super("tool_failed", "the tool '" + tool + "' has failed: " + cause.getMessage(), cause);
  }
}
