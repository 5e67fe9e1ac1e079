package io.wasmchord.cli.files;

import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final int MOST_LAYERS = 1024;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--shape",
      required = true,
      paramLabel = "NAME",
      description = {
        "tiny, tinyllama-1.1b, llama-3.2-1b, llama-2-7b, llama-3-8b, qwen3-30b-a3b,",
        "lfm2-1.2b, lfm2-8b-a1b, granite-4-h-tiny, gpt-oss-20b, qwen3.5-0.8b,",
        "gemma-3n-e2b or gemma-4-e2b."
      })
  private String shapeName = "";

  @Option(
      names = "--type",
      defaultValue = "q4_k_m",
      paramLabel = "TYPE",
      description = "A mixture (q4_k_m, q5_k_m) or one format for all (default: ${DEFAULT-VALUE}).")
  private String typeName = "";

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Fewer layers, or more, than the model has.")
  private int layers;

  @Option(
      names = "--tokenizer",
      paramLabel = "FROM",
      description = "A GGUF file whose vocabulary it gets, in place of one of made-up words.")
  private @Nullable Path tokenizer;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out = Path.of("");

  @Option(names = "--seed", defaultValue = "1", description = "Another seed, other weights.")
  private long seed;

  @Option(names = "--force", description = "Replace a file that exists.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    SynthShapes known =
        Arrays.stream(SynthShapes.values())
            .filter(s -> s.title().equals(shapeName.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(() ->
                new InvalidRequestException(
                    "no shape " + shapeName + "; known are " + SynthShapes.titles()));
    int blocks = layers == 0 ? known.usualLayers() : layers;
    if (blocks < 1 || blocks > MOST_LAYERS) {
      throw new InvalidRequestException("--layers is " + layers + ", not within 1.." + MOST_LAYERS);
    }
    Map<String, GgufValue> words = tokenizer == null ? Map.of() : vocabulary(tokenizer);
    int size =
        words.get(TOKENS) instanceof GgufValue.Array spellings
            ? spellings.length()
            : known.usualVocabulary();
    SynthShape shape = known.of(blocks, size);
    WholeFile target = WholeFile.at(out, force);
    GgufWriter writer = new GgufWriter(32);
    shape.metadata().forEach(writer::put);
    writer
        .put("general.name", new GgufValue.Text("synth " + known.title() + " " + typeName))
        .put("general.quantization_version", new GgufValue.Int(GgufType.UINT32, 2));
    if (tokenizer == null) {
      SynthVocabulary.write(writer, size, seed);
    } else {
      words.forEach(writer::put);
    }
    SynthWeights weights = new SynthWeights(seed);
    Map<String, TensorType> types = types(shape);
    for (SynthShape.Row row : shape.tensors()) {
      tensor(writer, weights, row, Objects.requireNonNull(types.get(row.name())));
    }
    target.write(stream -> writer.writeTo(GgufSink.of(stream)));
    PrintWriter print = spec.commandLine().getOut();
    print.println(out + ": " + Files.size(out) + " bytes");
    print.flush();
    return 0;
  }

  /** All that a file says of its tokenizer. */
  private static Map<String, GgufValue> vocabulary(Path from) {
    try (MappedModel opened = MappedModel.open(MappedModel.splits(from))) {
      Metadata metadata = opened.file().metadata();
      Map<String, GgufValue> words = new LinkedHashMap<>();
      metadata.keys().stream()
          .filter(key -> key.startsWith("tokenizer."))
          .forEach(key -> words.put(key, Objects.requireNonNull(metadata.value(key))));
      if (!(words.get(TOKENS) instanceof GgufValue.Texts)) {
        throw new InvalidRequestException(
            from + " has no " + TOKENS + "; choose a file with a vocabulary");
      }
      return words;
    }
  }

  private void tensor(
      GgufWriter writer, SynthWeights weights, SynthShape.Row row, TensorType type) {
    TensorInfo info =
        new TensorInfo(
            row.name(), type, row.dimensions(), 0, row.rows() * type.rowBytes(row.cols()));
    writer.tensor(
        info,
        sink -> {
          switch (row.kind()) {
            case MATRIX, FLOATS -> weights.write(row.name(), type, row.rows(), row.cols(), sink);
            case NORM -> floats(row, sink, i -> 1 + (i % 16 - 8) / 64f);
            case DECAY -> floats(row, sink, i -> -1f - i % 16);
          }
        });
  }

  /** The format of each tensor. */
  private Map<String, TensorType> types(SynthShape shape) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    for (QuantMixture mixture : QuantMixture.values()) {
      if (mixture.name().equalsIgnoreCase(typeName)) {
        types.putAll(mixture.typesFor(shape.dimensions(), shape.layers(), shape.experts()));
        // as the converter writes what is not quantized
        types.replaceAll((name, type) -> type == TensorType.F32 ? TensorType.F16 : type);
      }
    }
    if (types.isEmpty()) {
      TensorType one = single();
      for (SynthShape.Row row : shape.tensors()) {
        types.put(row.name(), row.cols() % one.blockElements() == 0 ? one : TensorType.F16);
      }
    }
    for (SynthShape.Row row : shape.tensors()) {
      if (row.kind() != SynthShape.Kind.MATRIX) {
        types.put(row.name(), TensorType.F32);
      }
    }
    return types;
  }

  /** The one format of all matrices. */
  private TensorType single() {
    TensorType type = TensorType.byName(typeName);
    if (type == null || type.format().encoder().isEmpty()) {
      throw new InvalidRequestException(
          "cannot write the format " + typeName + "; try q4_k_m, q5_k_m, q6_k, q8_0, q4_0 or f16");
    }
    return type;
  }

  /** A value by its place. */
  private interface Values {
    float at(int place);
  }

  private static void floats(SynthShape.Row row, GgufWriter.Sink sink, Values values) {
    int size = Math.toIntExact(row.rows() * row.cols());
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(values.at(i));
    }
    sink.write(bytes.array(), 0, bytes.capacity());
  }
}
