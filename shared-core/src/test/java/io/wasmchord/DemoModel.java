package io.wasmchord;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.Recoding;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The model that the project ships, and what llama.cpp makes of it. */
public final class DemoModel {
  /** Its file's name. */
  public static final String NAME = "wasm-chord-demo-q4_k_m";

  private static final String TEMPLATE = "tokenizer.chat_template";

  private DemoModel() {}

  /** The file. */
  public static Path path() {
    return Path.of(System.getProperty("chord.root", ".."), "models", NAME + ".gguf");
  }

  public static HeapWeights file() {
    return HeapWeights.read(path());
  }

  /** The same model as a file of about 10 MB: several chunks of a download. */
  public static HeapWeights halves() {
    return rewritten(key -> true, TensorType.F16, template -> template);
  }

  /** The same model with no chat template. */
  public static HeapWeights withoutTemplate() {
    return rewritten(key -> !key.equals(TEMPLATE), TensorType.Q8_0, template -> template);
  }

  /** The same model with a template by which it knows tools and calls them as Hermes does. */
  public static HeapWeights withTools() {
    String tools = "{#- <tool_call></tool_call> #}{%- if tools %}{% endif %}";
    return rewritten(key -> true, TensorType.Q8_0, template -> tools + template);
  }

  private static HeapWeights rewritten(
      Predicate<String> kept, TensorType matrices, UnaryOperator<String> templates) {
    HeapWeights source = file();
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    GgufWriter writer = new GgufWriter(file.alignment());
    file.metadata().keys().stream()
        .filter(kept)
        .forEach(key -> writer.put(key, file.metadata().value(key)));
    if (kept.test(TEMPLATE)) {
      String template = templates.apply(file.metadata().string(TEMPLATE));
      writer.put(TEMPLATE, new GgufValue.Text(template));
    }
    for (TensorInfo tensor : file.tensors()) {
      byte[] bytes = new byte[(int) tensor.bytes()];
      source.bytes().getBytes(file.dataOffset() + tensor.offset(), bytes, 0, bytes.length);
      TensorType type = tensor.type() == TensorType.F32 ? TensorType.F32 : matrices;
      byte[] made = Recoding.encode(type, Recoding.decode(tensor.type(), bytes));
      writer.tensor(
          new TensorInfo(tensor.name(), type, tensor.shape(), 0, made.length),
          sink -> sink.write(made, 0, made.length));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    return new HeapWeights(NAME + ".gguf", HeapMemory.wrap(out.toByteArray()));
  }

  /** Prompts, their tokens, and the tokens that follow at temperature 0. */
  public static JsonNode cases() {
    return ReferenceData.json(path().resolveSibling(NAME + ".expected.json")).get("cases");
  }
}
