package io.wasmchord.cli.files;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.tensors.OutsideWeights;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.quant.format.BlockEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
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

  @Option(names = "--force", description = "Replace a file that exists.")
  private boolean force;

  @Override
  public Integer call() {
    List<Path> splits = MappedModel.splits(in);
    WholeFile made = made(splits);
    try (MappedModel opened = MappedModel.open(splits)) {
      GgufFile file = opened.file();
      GgufWriter writer = new GgufWriter(file.alignment());
      file.metadata().keys().stream()
          .filter(key -> !key.startsWith("split.")) // what is written is one file
          .forEach(key -> writer.put(key, Objects.requireNonNull(file.metadata().value(key))));
      Residency model = Residency.of(file);
      int layers = model.config().layers();
      boolean tied = OutsideWeights.tied(file);
      for (TensorInfo tensor : file.tensors()) {
        TensorType target = type.typeFor(tensor.name(), tensor.shape(), layers, tied);
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
        writer.tensor(
            info,
            sink -> {
              spec.commandLine()
                  .getErr()
                  .println(tensor.name() + ": " + tensor.type() + " -> " + target);
              convert(tensor, target, data, sink);
            });
      }
      made.write(stream -> writer.writeTo(GgufSink.of(stream)));
      return 0;
    }
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

  private static void convert(
      TensorInfo tensor, TensorType target, ByteView data, GgufWriter.Sink sink) {
    int cols = Math.toIntExact(tensor.cols());
    byte[] source = new byte[(int) tensor.type().rowBytes(cols)];
    byte[] result = new byte[(int) target.rowBytes(cols)];
    float[] values = new float[cols];
    BlockDecoder decoder = tensor.type().format().decoder().orElseThrow();
    BlockEncoder encoder = target.format().encoder().orElseThrow();
    for (long row = 0; row < tensor.rows(); row++) {
      data.getBytes(row * source.length, source, 0, source.length);
      for (int b = 0; b * tensor.type().blockElements() < cols; b++) {
        decoder.decode(
            source, b * tensor.type().blockBytes(), values, b * tensor.type().blockElements());
      }
      for (int b = 0; b * target.blockElements() < cols; b++) {
        encoder.encode(values, b * target.blockElements(), result, b * target.blockBytes());
      }
      sink.write(result, 0, result.length);
    }
  }
}
