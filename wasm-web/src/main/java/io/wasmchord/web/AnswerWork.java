package io.wasmchord.web;

import io.wasmchord.api.Answer;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.Generation;

/**
 * An answer that is generated, a batch of the prompt or a token a step.
 *
 * @param reader tells {@code answer} what the generation's tokens say
 * @param logits that wait for the page between two steps, where it has a processor
 * @param loadMs how long the model's load took
 */
record AnswerWork(
    Generation generation, AnswerReader reader, Answer answer, AwaitedLogits logits, double loadMs)
    implements Work {
  /**
   * {@code more}, {@code chunks}, how much of the prompt was read, {@code logits} that the page
   * changes before the next step, and in the end the answer.
   */
  @Override
  public JsonObject step() {
    boolean prefill = generation.fed() < generation.promptTokens();
    logits.take(generation);
    boolean more = generation.step(reader);
    if (!more) {
      reader.end();
    }
    JsonObject.Builder told =
        JsonObject.builder().put("more", more).put("chunks", JsonValue.of(answer.chunks()));
    if (prefill) {
      int total = generation.promptTokens();
      int loaded = Math.min(generation.fed(), total);
      told.put("prefill", JsonObject.builder().put("loaded", loaded).put("total", total).build());
    }
    JsonObject waiting = logits.offer(generation);
    if (waiting != null) {
      told.put("logits", waiting);
    }
    if (!more) {
      told.put("answer", answer.end(generation.result(), loadMs));
    }
    return told.build();
  }

  /** The session keeps what was computed, for the next answer. */
  @Override
  public void end() {
    logits.release();
  }
}
