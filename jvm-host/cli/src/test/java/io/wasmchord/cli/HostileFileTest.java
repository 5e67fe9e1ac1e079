package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what they should be, on the command line. */
public class HostileFileTest {
  private static final String RED = "\u001B[31m";

  @TempDir Path folder;

  private Path file(String architecture) throws IOException {
    GgufWriter writer = new GgufWriter(32);
    writer.put("general.architecture", new GgufValue.Text(architecture));
    writer.put("general." + RED, new GgufValue.Text("a\u009B" + RED));
    writer.put("tokenizer.ggml.model", new GgufValue.Text("bert"));
    writer.put("tokenizer.ggml.tokens", new GgufValue.Texts(List.of(RED, "\u2581a")));
    writer.put(
        "tokenizer.ggml.unknown_token_id", new GgufValue.Int(io.wasmchord.gguf.GgufType.UINT32, 0));
    Path file = folder.resolve("hostile.gguf");
    try (OutputStream out = Files.newOutputStream(file)) {
      writer.writeTo((bytes, offset, length) -> {
        try {
          out.write(bytes, offset, length);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    return file;
  }

  private static void assertHarmless(CliOutput output) {
    String all = output.out() + output.err();
    assertFalse(all.contains("\u001B") || all.contains("\u009B"), all);
    assertTrue(all.contains("\\x1b[31m"), all);
  }

  @Test
  void whatAFileSaysDoesNotReachTheTerminalAsACommand() throws IOException {
    String file = file("llama" + RED).toString();
    assertHarmless(CliOutput.of("inspect", file));
    assertHarmless(CliOutput.of("run", "-m", file, "-p", "x"));
    assertHarmless(CliOutput.of("embed", "-m", file, "x"));
    assertHarmless(CliOutput.of("tokenize", "-m", file, "b"));
  }

  @Test
  void aTextFileThatCannotBeReadIsNamed() throws IOException {
    String model = file("llama").toString();
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    for (Path text : List.of(binary, folder.resolve("absent"))) {
      CliOutput output = CliOutput.of("tokenize", "-m", model, "--file", text.toString());
      assertEquals(1, output.code());
      assertTrue(output.err().startsWith("chord: " + text), output.err());
    }
  }
}
