package io.wasmchord.spring;

import io.wasmchord.jvm.LoadedModelBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An application's properties.
 *
 * @param model where the model is: a path, {@code http(s)://...} or {@code
 *     hf:owner/repository/file.gguf}
 * @param threads that compute, or null for one of each processor
 * @param context tokens of the longest conversation, or null for what the library chooses
 * @param parallel answers that are computed together
 */
@ConfigurationProperties("wasm-chord")
public record ChordProperties(
    String model,
    @Nullable Integer threads,
    @Nullable Integer context,
    @DefaultValue("4") int parallel) {
  /** A loader as the properties say. */
  LoadedModelBuilder apply(LoadedModelBuilder builder) {
    LoadedModelBuilder all = threads == null ? builder : builder.threads(threads);
    return context == null ? all : all.context(context);
  }
}
