package io.wasmchord.api;

import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import java.util.Locale;

/** Why an answer ends. */
public enum AnswerEnd {
  STOP,
  LENGTH,
  TOOL_CALLS;

  static AnswerEnd of(GenerationResult result) {
    return result.finish() == FinishReason.LENGTH ? LENGTH : STOP;
  }

  /** The word in an answer's JSON. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
