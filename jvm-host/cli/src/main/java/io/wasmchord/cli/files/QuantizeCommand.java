package io.wasmchord.cli.files;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.TensorType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model in another quantization. */
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    description = "Writes a model in another quantization.")
public final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "IN", description = "A GGUF file, best in F16 or F32.")
  private Path in = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--type",
      defaultValue = "q4_k_m",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private QuantMixture type = QuantMixture.Q4_K_M;

  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description =
          "A GGUF file of llama-imatrix: how much each column matters. For formats of 4 to 6 bits.")
  private @Nullable Path imatrix;

  @Option(names = "--force", description = "Replace a file that exists.")
  private boolean force;

  @Override
  public Integer call() {
    List<Path> splits = MappedModel.splits(in);
    WholeFile made = made(splits);
    try (MappedModel opened = MappedModel.open(splits);
        ImportanceMatrix importances = imatrix == null ? null : ImportanceMatrix.open(imatrix)) {
      GgufFile file = opened.file();
      GgufWriter writer = new GgufWriter(file.alignment());
      file.metadata().keys().stream()
          .filter(key -> !key.startsWith("split.")) // what is written is one file
          .forEach(key -> writer.put(key, Objects.requireNonNull(file.metadata().value(key))));
      Residency model = Residency.of(file);
      Map<String, List<Long>> shapes = new LinkedHashMap<>();
      file.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
      Map<String, TensorType> targets =
          type.typesFor(shapes, model.config().layers(), model.config().experts().count());
      if (importances != null && file.tensors().stream().noneMatch(importances::has)) {
        throw new InvalidRequestException(
            imatrix + " has no entry of any matrix of " + in + "; it is of another model");
      }
      for (TensorInfo tensor : file.tensors()) {
        TensorType chosen = Objects.requireNonNull(targets.get(tensor.name()));
        boolean stays = chosen == TensorType.F32 && tensor.type() == TensorType.F16;
        TensorType target = stays ? TensorType.F16 : chosen;
        if (tensor.type().format().decoder().isEmpty()) {
          throw new InvalidRequestException(
              in + ": tensor " + tensor.name() + " is " + tensor.type() + ", which cannot be read");
        }
        TensorInfo info =
            new TensorInfo(
                tensor.name(),
                target,
                tensor.shape(),
                0,
                tensor.rows() * target.rowBytes(tensor.cols()));
        ByteView data = opened.weights().view(file.dataOffset() + tensor.offset(), tensor.bytes());
        float[] weights = weights(importances, tensor, target);
        writer.tensor(
            info,
            sink -> {
              say(tensor.name() + ": " + tensor.type() + " -> " + target);
              new TensorConversion(tensor, target, weights).write(data, sink);
            });
      }
      made.write(stream -> writer.writeTo(GgufSink.of(stream)));
      return 0;
    }
  }

  private float @Nullable [] weights(
      @Nullable ImportanceMatrix importances, TensorInfo tensor, TensorType target) {
    if (importances == null || target.format().weightedEncoder().isEmpty()) {
      return null;
    }
    float[] weights = importances.of(tensor);
    if (weights == null) {
      say(tensor.name() + ": " + imatrix + " has no entry of it; its columns count the same");
    }
    return weights;
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
  }

  private WholeFile made(List<Path> splits) {
    WholeFile made = WholeFile.at(out, true);
    for (Path split : splits) {
      if (made.is(split)) {
        throw new InvalidRequestException(
            out + " is the file that is read; give the output another name");
      }
    }
    return WholeFile.at(out, force);
  }
}
