package io.wasmchord.cli.files;

import io.wasmchord.jvm.LoadedModelBuilder;
import picocli.CommandLine.Option;

/** How long a text may be. */
final class LongestText {
  private static final int DEFAULT_CONTEXT = 8192;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      description = "Longest text in tokens (default: the model's, at most 8192).")
  private int context;

  LoadedModelBuilder set(LoadedModelBuilder builder) {
    return context == 0 ? builder.contextAtMost(DEFAULT_CONTEXT) : builder.context(context);
  }
}
