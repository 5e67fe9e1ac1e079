package io.wasmchord.cli.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.cli.ChordCli;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Synthetic models load, compute, and are the same every time. */
public class SynthTest {
  @TempDir Path folder;

  private Path synth(String type, String name) {
    Path file = folder.resolve(name);
    assertEquals(
        0, ChordCli.run("synth", "--shape", "tiny", "--type", type, "--out", file.toString()));
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4_k_m", "q8_0", "q4_0", "f16"})
  void everyTypeComputesFiniteLogits(String type) {
    try (LoadedModel loaded = LoadedModel.builder(synth(type, "m.gguf")).threads(2).load()) {
      Model model = loaded.model();
      KvCache cache = model.newCache(8, KvType.F32);
      float[] logits = model.forward(new int[] {1, 2, 3}, 0, cache, Model.Wanted.LAST);
      assertEquals(model.config().vocabulary(), logits.length);
      for (float logit : logits) {
        assertTrue(Float.isFinite(logit));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameFile() throws IOException {
    assertArrayEquals(
        Files.readAllBytes(synth("q4_k_m", "a.gguf")),
        Files.readAllBytes(synth("q4_k_m", "b.gguf")));
  }

  @Test
  void anExistingFileIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.gguf"), "mine");
    assertEquals(
        1, ChordCli.run("synth", "--shape", "tiny", "--type", "q8_0", "--out", file.toString()));
    assertEquals("mine", Files.readString(file));
  }
}
