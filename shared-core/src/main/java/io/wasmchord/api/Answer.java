package io.wasmchord.api;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;
import java.util.List;

/**
 * An answer in the making: told what a model says, it makes chunks of it, or the whole at the end,
 * as the request wanted it.
 */
public interface Answer extends AnswerListener {
  /** Chunks of what has come since the last call; none where the answer is wanted in one piece. */
  List<JsonObject> chunks();

  /**
   * The last chunk, or the whole answer. Where usage has a chunk of its own, {@link Choices} makes
   * that.
   *
   * @param loadMs how long the model's load took, for the timings
   */
  JsonObject end(GenerationResult result, double loadMs);
}
