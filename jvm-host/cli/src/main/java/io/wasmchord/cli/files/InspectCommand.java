package io.wasmchord.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.backend.KvType;
import io.wasmchord.cli.options.FetchOptions;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a file holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows a file's metadata, tensors, totals and the memory that it needs.")
public final class InspectCommand implements Callable<Integer> {
  private static final int SHOWN = 6;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private FetchOptions fetch = new FetchOptions();

  @Parameters(
      paramLabel = "FILE",
      description = {"The GGUF file.", FetchOptions.ADDRESSES})
  private String address = "";

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (MappedModel model = MappedModel.open(fetch.fetch(address, spec.commandLine().getErr()))) {
      ObjectNode node = describe(model.file(), model.weights().size());
      if (json) {
        out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
      } else {
        print(out, node);
      }
    }
    out.flush();
    return 0;
  }

  static ObjectNode describe(GgufFile file, long size) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("file", file.fileName()).put("bytes", size).put("version", file.version());
    node.put("alignment", file.alignment()).put("dataOffset", file.dataOffset());
    ObjectNode metadata = node.putObject("metadata");
    for (String key : file.metadata().keys()) {
      metadata.put(key, shown(file.metadata().value(key)));
    }
    Map<TensorType, long[]> totals = new EnumMap<>(TensorType.class);
    for (TensorInfo t : file.tensors()) {
      node.withArray("tensors")
          .addObject()
          .put("name", t.name())
          .put("type", t.type().name())
          .put("shape", t.shape().toString())
          .put("offset", t.offset())
          .put("bytes", t.bytes());
      long[] total = totals.computeIfAbsent(t.type(), k -> new long[3]);
      total[0]++;
      total[1] += t.elements();
      total[2] += t.bytes();
    }
    ObjectNode types = node.putObject("types");
    long parameters = 0;
    for (Map.Entry<TensorType, long[]> e : totals.entrySet()) {
      long[] v = e.getValue();
      types
          .putObject(e.getKey().name())
          .put("tensors", v[0])
          .put("parameters", v[1])
          .put("bytes", v[2]);
      parameters += v[1];
    }
    node.put("parameters", parameters);
    if (AdapterFile.is(file)) {
      adapter(file, node.putObject("adapter"));
    } else {
      memory(file, node.putObject("memory"));
    }
    return node;
  }

  private static void adapter(GgufFile file, ObjectNode node) {
    try {
      AdapterFile adapter = AdapterFile.of(file);
      node.put("kind", "LoRA adapter (--lora)");
      node.put("architecture", adapter.architecture());
      node.put("alpha", adapter.alpha());
      node.put("rank", adapter.rank());
      node.put("weights", adapter.pairs().size());
    } catch (ChordException e) {
      node.put("note", "cannot be applied: " + e.getMessage());
    }
  }

  private static void memory(GgufFile file, ObjectNode memory) {
    memory.put("weights", file.dataBytes());
    try {
      ModelConfig c = ModelLoader.inspect(file);
      int context = Math.min(c.contextLength(), 4096);
      memory.put("context", context);
      memory.put("kind", c.encoder() ? "embedding model (chord embed)" : "language model");
      memory.put("kvCache", CacheShape.of(c, context, KvType.F32, LoadedModel.BATCH).bytes());
    } catch (ChordException e) {
      memory.put("note", "cannot be run: " + e.getMessage());
    }
  }

  private static String shown(@Nullable GgufValue value) {
    return switch (value) {
      case null -> "";
      case GgufValue.Int v -> Long.toString(v.value());
      case GgufValue.Real v -> Double.toString(v.value());
      case GgufValue.Bool v -> Boolean.toString(v.value());
      case GgufValue.Text v -> v.value();
      case GgufValue.Array v -> array(v);
    };
  }

  private static String array(GgufValue.Array array) {
    StringBuilder text = new StringBuilder(array.element() + "[" + array.length() + "]");
    for (int i = 0; i < Math.min(SHOWN, array.length()); i++) {
      text.append(i == 0 ? " " : ", ");
      switch (array) {
        case GgufValue.Ints v -> text.append(v.values()[i]);
        case GgufValue.Reals v -> text.append(v.values()[i]);
        case GgufValue.Texts v -> text.append('\'').append(v.values().get(i)).append('\'');
        case GgufValue.Arrays v -> text.append(shown(v.values().get(i)));
      }
    }
    return text.append(array.length() > SHOWN ? ", ..." : "").toString();
  }

  private static void print(PrintWriter out, ObjectNode node) {
    out.println(
        node.get("file").textValue()
            + ": GGUF "
            + node.get("version")
            + ", "
            + node.get("bytes")
            + " bytes, "
            + node.get("parameters")
            + " parameters");
    out.println("\nmetadata");
    node.get("metadata")
        .properties()
        .forEach(
            e -> out.println("  " + line(e.getKey()) + " = " + line(e.getValue().textValue())));
    out.println("\ntensors");
    if (node.has("tensors")) {
      node.get("tensors").forEach(tensor -> out.println(line(tensor)));
    }
    out.println("\ntypes");
    node.get("types")
        .properties()
        .forEach(e ->
            out.println(
                String.format(
                    Locale.ROOT,
                    "  %-7s %4d tensors %12d parameters %12d bytes",
                    e.getKey(),
                    e.getValue().get("tensors").longValue(),
                    e.getValue().get("parameters").longValue(),
                    e.getValue().get("bytes").longValue())));
    String last = node.has("adapter") ? "adapter" : "memory";
    out.println("\n" + last);
    node.get(last)
        .properties()
        .forEach(
            e -> out.println("  " + e.getKey() + " = " + Texts.visible(e.getValue().asText())));
  }

  private static String line(JsonNode tensor) {
    return String.format(
        Locale.ROOT,
        "  %-32s %-7s %-20s %12d bytes at %d",
        Texts.visible(tensor.get("name").textValue()),
        tensor.get("type").textValue(),
        tensor.get("shape").textValue(),
        tensor.get("bytes").longValue(),
        tensor.get("offset").longValue());
  }

  private static String line(String text) {
    String one = Texts.visible(text);
    return one.length() > 160 ? one.substring(0, 160) + "..." : one;
  }
}
