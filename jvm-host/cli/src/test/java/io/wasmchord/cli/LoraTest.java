package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --lora}, and what is said of an adapter's file. */
class LoraTest {
  @TempDir private Path folder;
  private String model = "";
  private String adapter = "";

  @BeforeEach
  void write() throws IOException {
    HeapWeights source = TinyFiles.file("llama");
    GgufFile header = GgufReader.parse(source.bytes(), source.size(), source.name());
    model = source.write(folder.resolve("model.gguf")).toString();
    adapter =
        TinyAdapters.file(header, 1, 4, List.of("blk.0.attn_q.weight", "blk.1.ffn_down.weight"))
            .write(folder.resolve("polite=1.gguf"))
            .toString();
  }

  private byte[] logits(String... lora) throws IOException {
    Path out = folder.resolve("logits.bin");
    String[] given = {"logits", "-m", model, "--tokens", "3,9,4", "--out", out.toString()};
    String[] all = Arrays.copyOf(given, given.length + lora.length);
    System.arraycopy(lora, 0, all, given.length, lora.length);
    CliOutput output = CliOutput.of(all);
    assertEquals(0, output.code(), output.err());
    return Files.readAllBytes(out);
  }

  @Test
  void isAppliedByItsScale() throws IOException {
    byte[] plain = logits();
    byte[] whole = logits("--lora", adapter);
    byte[] half = logits("--lora", adapter + "=0.5");
    assertFalse(Arrays.equals(plain, whole));
    assertFalse(Arrays.equals(half, whole));
    assertTrue(Arrays.equals(plain, logits("--lora", adapter + "=0")));
    assertTrue(Arrays.equals(whole, logits("--lora", adapter + "=+1e0")));
    CliOutput run =
        CliOutput.of("run", "-m", model, "--lora", adapter, "-n", "3", "--temp", "0", "-p", "ab");
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void isRefusedInWords() {
    CliOutput twice =
        CliOutput.of("run", "-m", model, "--lora", adapter, "--lora", adapter + "=2", "-p", "a");
    assertEquals(1, twice.code());
    assertTrue(twice.err().contains("named twice"), twice.err());
    CliOutput none = CliOutput.of("run", "-m", model, "--lora", model, "-p", "a");
    assertEquals(1, none.code());
    assertTrue(none.err().contains("is no adapter"), none.err());
    CliOutput asModel = CliOutput.of("run", "-m", adapter, "-p", "a");
    assertEquals(1, asModel.code());
    assertTrue(asModel.err().contains("is a LoRA adapter"), asModel.err());
  }

  @Test
  void inspectSaysWhatItIs() throws IOException {
    CliOutput text = CliOutput.of("inspect", adapter);
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().contains("kind = LoRA adapter (--lora)"), text.out());
    CliOutput json = CliOutput.of("inspect", "--json", adapter);
    assertEquals(4, json.json().get("adapter").get("rank").intValue());
    assertEquals(2, json.json().get("adapter").get("weights").intValue());
    assertEquals("llama", json.json().get("adapter").get("architecture").textValue());
  }
}
