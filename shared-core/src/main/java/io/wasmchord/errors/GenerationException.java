package io.wasmchord.errors;

/** Generation cannot go on, for example because the model produced logits that are not numbers. */
public final class GenerationException extends ChordException {
  public GenerationException(String message) {
    super("generation_failed", message);
  }
}
