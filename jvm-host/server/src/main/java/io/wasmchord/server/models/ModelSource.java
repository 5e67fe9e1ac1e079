package io.wasmchord.server.models;

import io.wasmchord.jvm.LoadedModel;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A model that can be loaded.
 *
 * @param name what requests call it
 * @param bytes of its files, as far as they are known before it is loaded
 * @param loader loads it
 */
public record ModelSource(String name, LongSupplier bytes, Supplier<LoadedModel> loader) {
  /** A model of which nothing is known before it is loaded. */
  public ModelSource(String name, Supplier<LoadedModel> loader) {
    this(name, () -> 0, loader);
  }
}
