package io.wasmchord.cli.options;

import io.wasmchord.jvm.LoadedModelBuilder;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which LoRA adapters are applied. */
final class LoraOptions {
  @Option(
      names = "--lora",
      paramLabel = "FILE[=SCALE]",
      description = {
        "A LoRA adapter of the model, and how strongly it is applied (default: 1).",
        "May be given several times. A path or an address, as the model's."
      })
  private List<String> adapters = new ArrayList<>();

  LoadedModelBuilder set(LoadedModelBuilder builder) {
    for (String given : adapters) {
      int at = given.lastIndexOf('=');
      String scale = given.substring(at + 1);
      if (at > 0 && isNumber(scale)) {
        builder.adapter(given.substring(0, at), Float.parseFloat(scale));
      } else {
        builder.adapter(given, 1f);
      }
    }
    return builder;
  }

  /** Other addresses may have that sign too. */
  private static boolean isNumber(String text) {
    return text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  }
}
