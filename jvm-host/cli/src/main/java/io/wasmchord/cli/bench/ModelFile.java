package io.wasmchord.cli.bench;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.model.residency.Residency;
import java.nio.file.Path;

/** What a model file says of itself. */
public final class ModelFile {
  private ModelFile() {}

  /** Parses the header of {@code file}, with those of the other parts if it is one of several. */
  public static GgufFile header(Path file) {
    try (MappedModel model = MappedModel.open(MappedModel.splits(file))) {
      return model.file();
    }
  }

  /** Bytes of weights that a decoded token reads: all but an embedding that is only looked up. */
  public static long bytesPerToken(GgufFile file) {
    return Residency.of(file).bytesPerToken();
  }
}
