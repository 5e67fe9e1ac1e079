package io.wasmchord.jvm;

import io.wasmchord.gguf.GgufFile;
import java.nio.file.Path;

/** What a model file says of itself. */
public final class ModelFile {
  private ModelFile() {}

  /** Parses the header of {@code file}. */
  public static GgufFile header(Path file) {
    try (MappedWeights weights = MappedWeights.open(file)) {
      return LoadedModel.header(weights);
    }
  }
}
