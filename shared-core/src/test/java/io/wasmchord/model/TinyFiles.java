package io.wasmchord.model;

import io.wasmchord.weights.HeapWeights;
import java.util.List;

/** The tiny models as files, for tests of other modules. */
public final class TinyFiles {
  private TinyFiles() {}

  /** One name for each architecture and feature. */
  public static List<String> names() {
    return TinyDecoders.all().stream().map(Object::toString).toList();
  }

  /** The file called {@code name}. */
  public static HeapWeights file(String name) {
    return model(name).source();
  }

  /** The same file for sequences of up to {@code context} tokens. */
  public static HeapWeights file(String name, int context) {
    return model(name).copy().put("context_length", context).source();
  }

  private static TinyModel model(String name) {
    return TinyDecoders.all().stream()
        .filter(t -> t.toString().equals(name))
        .findFirst()
        .orElseThrow()
        .model;
  }
}
