package io.wasmchord.embeddings;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The models of langchain4j's jars that hold their weights in float32. */
enum Bert {
  MINILM("all-minilm-l6-v2", false),
  BGE("bge-small-en-v1.5", true),
  E5("e5-small-v2", false);

  private final String resource;
  private final boolean cls;

  Bert(String resource, boolean cls) {
    this.resource = resource;
    this.cls = cls;
  }

  /** Whether the first token's state is a text's vector, rather than the mean. */
  boolean cls() {
    return cls;
  }

  /** The model as ONNX. */
  byte[] weights() throws IOException {
    return read(resource + ".onnx");
  }

  /** Hugging Face's tokenizer.json. */
  byte[] tokenizer() throws IOException {
    return read(resource + "-tokenizer.json");
  }

  /**
   * Writes the model as GGUF.
   *
   * @param since2025 see {@link BertFile#write}
   */
  void write(boolean since2025, Path path) throws IOException {
    BertFile.write(
        new OnnxWeights(weights()), new ObjectMapper().readTree(tokenizer()), cls, since2025, path);
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = Bert.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IOException(name + " is missing; it comes with langchain4j's jars");
      }
      return in.readAllBytes();
    }
  }
}
