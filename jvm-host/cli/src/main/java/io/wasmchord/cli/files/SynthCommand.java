package io.wasmchord.cli.files;

import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model of a known shape with random weights, to measure speed and memory with. */
@Command(
    name = "synth",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a GGUF file of a known model's shape with seeded random weights.",
      "It answers nonsense, but costs the same time and memory as the model."
    })
public final class SynthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--shape",
      required = true,
      paramLabel = "NAME",
      description = "tiny, tinyllama-1.1b, llama-3.2-1b, llama-2-7b or llama-3-8b.")
  private String shapeName = "";

  @Option(
      names = "--type",
      defaultValue = "q4_k_m",
      paramLabel = "TYPE",
      description = "A mixture (q4_k_m, q5_k_m) or one format for all (default: ${DEFAULT-VALUE}).")
  private String typeName = "";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out = Path.of("");

  @Option(names = "--seed", defaultValue = "1", description = "Another seed, other weights.")
  private long seed;

  @Option(names = "--force", description = "Replace a file that exists.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    SynthShape shape =
        Arrays.stream(SynthShape.values())
            .filter(s -> s.title().equals(shapeName.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(() ->
                new InvalidRequestException(
                    "no shape " + shapeName + "; known are " + SynthShape.titles()));
    WholeFile target = WholeFile.at(out, force);
    GgufWriter writer = new GgufWriter(32);
    metadata(writer, shape);
    SynthVocabulary.write(writer, shape.vocabulary(), seed);
    tensors(writer, shape);
    target.write(stream -> writer.writeTo(GgufSink.of(stream)));
    PrintWriter print = spec.commandLine().getOut();
    print.println(out + ": " + Files.size(out) + " bytes");
    print.flush();
    return 0;
  }

  private void metadata(GgufWriter writer, SynthShape shape) {
    writer
        .put("general.architecture", new GgufValue.Text("llama"))
        .put("general.name", new GgufValue.Text("synth " + shape.title() + " " + typeName))
        .put("general.quantization_version", count(2))
        .put("llama.vocab_size", count(shape.vocabulary()))
        .put("llama.context_length", count(shape.context()))
        .put("llama.embedding_length", count(shape.hidden()))
        .put("llama.block_count", count(shape.layers()))
        .put("llama.feed_forward_length", count(shape.feedForward()))
        .put("llama.attention.head_count", count(shape.heads()))
        .put("llama.attention.head_count_kv", count(shape.kvHeads()))
        .put("llama.rope.dimension_count", count(shape.hidden() / shape.heads()))
        .put("llama.rope.freq_base", new GgufValue.Real(GgufType.FLOAT32, shape.ropeBase()))
        .put("llama.attention.layer_norm_rms_epsilon", new GgufValue.Real(GgufType.FLOAT32, 1e-5f));
  }

  private static GgufValue count(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }

  private void tensors(GgufWriter writer, SynthShape shape) {
    SynthWeights weights = new SynthWeights(seed);
    int hidden = shape.hidden();
    int headDim = hidden / shape.heads();
    matrix(writer, weights, shape, "token_embd", shape.vocabulary(), hidden);
    for (int layer = 0; layer < shape.layers(); layer++) {
      String block = "blk." + layer + ".";
      norm(writer, block + "attn_norm", hidden);
      matrix(writer, weights, shape, block + "attn_q", hidden, hidden);
      matrix(writer, weights, shape, block + "attn_k", shape.kvHeads() * headDim, hidden);
      matrix(writer, weights, shape, block + "attn_v", shape.kvHeads() * headDim, hidden);
      matrix(writer, weights, shape, block + "attn_output", hidden, hidden);
      norm(writer, block + "ffn_norm", hidden);
      matrix(writer, weights, shape, block + "ffn_gate", shape.feedForward(), hidden);
      matrix(writer, weights, shape, block + "ffn_up", shape.feedForward(), hidden);
      matrix(writer, weights, shape, block + "ffn_down", hidden, shape.feedForward());
    }
    norm(writer, "output_norm", hidden);
    if (!shape.tied()) {
      matrix(writer, weights, shape, "output", shape.vocabulary(), hidden);
    }
  }

  private void matrix(
      GgufWriter writer, SynthWeights weights, SynthShape shape, String name, int rows, int cols) {
    String tensor = name + ".weight";
    List<Long> dimensions = List.of((long) cols, (long) rows);
    TensorType type = type(tensor, dimensions, shape);
    writer.tensor(
        new TensorInfo(tensor, type, dimensions, 0, rows * type.rowBytes(cols)),
        sink -> weights.write(tensor, type, rows, cols, sink));
  }

  private TensorType type(String tensor, List<Long> dimensions, SynthShape shape) {
    for (QuantMixture mixture : QuantMixture.values()) {
      if (mixture.name().equalsIgnoreCase(typeName)) {
        return mixture.typeFor(tensor, dimensions, shape.layers(), shape.tied());
      }
    }
    TensorType type = TensorType.byName(typeName);
    if (type == null || type.format().encoder().isEmpty()) {
      throw new InvalidRequestException(
          "cannot write the format " + typeName + "; try q4_k_m, q5_k_m, q6_k, q8_0, q4_0 or f16");
    }
    return type;
  }

  private static void norm(GgufWriter writer, String name, int size) {
    TensorInfo info =
        new TensorInfo(name + ".weight", TensorType.F32, List.of((long) size), 0, 4L * size);
    writer.tensor(
        info,
        sink -> {
          ByteBuffer ones = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < size; i++) {
            ones.putFloat(1 + (i % 16 - 8) / 64f);
          }
          sink.write(ones.array(), 0, ones.capacity());
        });
  }
}
