package io.wasmchord.cli.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.cli.ChordCli;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

  /** A shape's file up to its tensors' values. */
  private static GgufFile header(SynthShape shape) {
    final class HeaderWritten extends RuntimeException {
      private static final long serialVersionUID = 1;
    }
    GgufWriter writer = new GgufWriter(32);
    shape.metadata().forEach(writer::put);
    for (SynthShape.Row row : shape.tensors()) {
      TensorType type = row.kind() == SynthShape.Kind.MATRIX ? TensorType.F16 : TensorType.F32;
      writer.tensor(
          new TensorInfo(
              row.name(), type, row.dimensions(), 0, row.rows() * type.rowBytes(row.cols())),
          sink -> {
            throw new HeaderWritten();
          });
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThrows(HeaderWritten.class, () -> writer.writeTo(out::write));
    return GgufReader.parse(HeapMemory.wrap(out.toByteArray()), Long.MAX_VALUE, "synth.gguf");
  }

  @ParameterizedTest
  @EnumSource(SynthShapes.class)
  void shapesAreThoseThatModelsHave(SynthShapes known) {
    for (int layers : new int[] {known.usualLayers(), 8}) {
      SynthShape shape = known.of(layers, known.usualVocabulary());
      GgufFile file = header(shape);
      assertEquals(layers, ModelLoader.inspect(file).layers());
    }
  }

  @ParameterizedTest
  @CsvSource({"lfm2-1.2b, 3", "gemma-3n-e2b, 1"})
  void aVocabularyComesFromAnotherFile(String shape, int layers) {
    Path words = synth("q4_0", "words.gguf");
    Path file = folder.resolve("shape.gguf");
    assertEquals(
        0,
        ChordCli.run(
            "synth",
            "--shape",
            shape,
            "--layers",
            String.valueOf(layers),
            "--type",
            "q4_0",
            "--tokenizer",
            words.toString(),
            "--out",
            file.toString()));
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      assertEquals(layers, loaded.model().config().layers());
      assertEquals(512, loaded.model().config().vocabulary());
      KvCache cache = loaded.model().newCache(8, KvType.F32);
      for (float logit : loaded.model().forward(new int[] {1, 2, 3}, 0, cache, Model.Wanted.LAST)) {
        assertTrue(Float.isFinite(logit));
      }
    }
    assertEquals(
        1,
        ChordCli.run("synth", "--shape", "tiny", "--layers", "-1", "--out", folder + "/none.gguf"));
  }
}
