package io.wasmchord.cli.files;

import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.quant.TensorType;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a list says of a model.
 *
 * @param bytes of all its files
 * @param architecture as its header has it
 * @param quantization the type that most of its bytes have
 */
record FileSummary(long bytes, String architecture, String quantization) {
  /**
   * Of a model's files, whose headers are read.
   *
   * @throws io.wasmchord.errors.ChordException when they are no model
   */
  static FileSummary of(List<Path> files) {
    try (MappedModel model = MappedModel.open(files)) {
      GgufFile file = model.file();
      return new FileSummary(
          model.weights().size(),
          Texts.visible(file.metadata().string("general.architecture", "")),
          quantization(file));
    }
  }

  private static String quantization(GgufFile file) {
    Map<TensorType, Long> bytes = new EnumMap<>(TensorType.class);
    for (TensorInfo tensor : file.tensors()) {
      bytes.merge(tensor.type(), tensor.bytes(), Long::sum);
    }
    return bytes.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(most -> most.getKey().name())
        .orElse("");
  }

  /** All of it in words. */
  String line() {
    return "%s, %s, %s".formatted(architecture, quantization, Progress.bytes(bytes));
  }
}
