package io.wasmchord.errors;

/** A part of a model that is read while it computes cannot be read any more. */
public final class WeightsUnavailableException extends ChordException {
  public WeightsUnavailableException(String message) {
    super("weights_unavailable", message);
  }
}
