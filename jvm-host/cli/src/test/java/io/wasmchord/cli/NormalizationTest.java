package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The authors' ids of decomposed text, and llama.cpp's. */
public class NormalizationTest {
  @TempDir private Path folder;

  private Path vocabulary() throws IOException {
    List<String> tokens =
        List.of("c", "a", "f", "e", "\u00C3", "\u00A9", "\u00CC", "\u0123", "\u00C3\u00A9");
    GgufWriter writer =
        new GgufWriter(32)
            .put("general.architecture", new GgufValue.Text("qwen3"))
            .put("tokenizer.ggml.model", new GgufValue.Text("gpt2"))
            .put("tokenizer.ggml.pre", new GgufValue.Text("qwen2"))
            .put("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
            .put("tokenizer.ggml.merges", new GgufValue.Texts(List.of("\u00C3 \u00A9")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(bytes::write);
    return Files.write(folder.resolve("vocabulary.gguf"), bytes.toByteArray());
  }

  @Test
  void decomposedTextIsComposedUnlessAskedNotTo() throws IOException {
    String file = vocabulary().toString();
    String text = "cafe\u0301";
    assertEquals("0 1 2 8", CliOutput.of("tokenize", "-m", file, "--ids", text).out().strip());
    assertEquals(
        "0 1 2 3 6 7",
        CliOutput.of("tokenize", "-m", file, "--ids", "--no-nfc", text).out().strip());
  }
}
