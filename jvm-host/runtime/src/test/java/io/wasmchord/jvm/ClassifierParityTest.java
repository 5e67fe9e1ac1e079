package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.classification.Ranker;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads of rerankers and classifiers, and texts in a batch, on every backend. */
class ClassifierParityTest {
  @TempDir Path folder;

  static List<String> classifiers() {
    return TinyFiles.classifiers();
  }

  private LoadedModel load(Path file, Backend backend) {
    return LoadedModel.builder(file).backend(backend).threads(2).load();
  }

  private static List<float[]> outputs(LoadedModel model) {
    List<float[]> all = new ArrayList<>();
    Embedder embedder = model.embedder();
    EmbeddingOptions options =
        new EmbeddingOptions(model.model().config().classifier().pooling(), false, true);
    try (TextSequence texts =
        embedder.sequence(
            9, at -> embedder.tokens(TinyFiles.text(3 * at * at + 1), options), options)) {
      while (texts.hasMore()) {
        all.add(texts.next(RunControl.NONE).classified());
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void vectorsGiveTheScalarBits(String name) throws IOException {
    Path file = TinyFiles.classifier(name).write(folder.resolve("tiny.gguf"));
    try (LoadedModel scalar = load(file, Backend.SCALAR);
        LoadedModel vectors = load(file, Backend.VECTOR)) {
      List<float[]> expected = outputs(scalar);
      List<float[]> actual = outputs(vectors);
      assertEquals(9, actual.size());
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), 0f);
      }
    }
  }

  @Test
  void manyTextsGetWhatEachGetsAlone() throws IOException {
    Path file = TinyFiles.encoder("modern-bert").write(folder.resolve("tiny.gguf"));
    try (LoadedModel loaded = load(file, Backend.VECTOR)) {
      Embedder embedder = loaded.embedder();
      EmbeddingOptions options = EmbeddingOptions.DEFAULT;
      try (TextSequence texts =
          embedder.sequence(32, at -> embedder.tokens(TinyFiles.text(at % 13), options), options)) {
        for (int i = 0; i < 32; i++) {
          TextSequence.Text text = texts.next(RunControl.NONE);
          assertEquals(i, text.index());
          assertArrayEquals(
              embedder.embed(TinyFiles.text(i % 13), options, RunControl.NONE).vector(),
              text.embedding().vector(),
              0f);
        }
      }
    }
  }

  @Test
  void aClosedModelRanksNoMore() throws IOException {
    Path file = TinyFiles.classifier("bert, ranks").write(folder.resolve("tiny.gguf"));
    LoadedModel loaded = load(file, Backend.AUTO);
    Ranker ranker = loaded.ranker();
    loaded.close();
    assertThrows(ClosedException.class, () -> ranker.score("a", "b", RunControl.NONE));
  }

  @Test
  void otherModelsHaveNoRanker() throws IOException {
    Path file = TinyFiles.encoder("bert").write(folder.resolve("tiny.gguf"));
    try (LoadedModel loaded = load(file, Backend.AUTO)) {
      assertThrows(NoClassifierException.class, loaded::ranker);
      assertThrows(NoClassifierException.class, loaded::classifier);
    }
  }
}
