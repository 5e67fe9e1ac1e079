package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions go from backend to backend through a file, with the same bytes and answers. */
class SavedSessionTest {
  private static final GenerationOptions OPTIONS =
      new GenerationOptions(12, List.of(), SamplerOptions.greedy(), true);

  @TempDir private Path folder;

  private LoadedModel load(String name, int context, KvType type, Backend backend)
      throws IOException {
    Path file = TinyFiles.file(name, context).write(folder.resolve(name + ".gguf"));
    return LoadedModel.builder(file)
        .threads(2)
        .context(context)
        .kvCache(type)
        .backend(backend)
        .load();
  }

  private static int[] prompt(int n) {
    int[] prompt = new int[n];
    Arrays.setAll(prompt, i -> (i * i * 7 + i / 40 + 3 * i + 1) % 40);
    return prompt;
  }

  private static GenerationResult answer(Session session, int[] prompt) {
    return session.generate(prompt, OPTIONS, text -> true, RunControl.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "llama, 64, F32, 20",
    "llama, 64, F16, 37",
    "gemma2, 700, F16, 620",
    "lfm2, 700, F32, 620",
    "mamba2, 64, F32, 33",
    "deepseek2, 64, F32, 25"
  })
  void backendsRestoreWhatOthersSaved(String name, int context, KvType type, int length)
      throws IOException {
    Path first = folder.resolve("first.session");
    Path second = folder.resolve("second.session");
    int[] prompt = prompt(length);
    try (LoadedModel scalar = load(name, context, type, Backend.SCALAR);
        LoadedModel vectors = load(name, context, type, Backend.VECTOR);
        Session session = scalar.session()) {
      GenerationResult begun = answer(session, prompt);
      scalar.save(session, "hello", first);
      int[] next = Arrays.copyOf(prompt, length + begun.tokens().length);
      System.arraycopy(begun.tokens(), 0, next, length, begun.tokens().length);
      try (SavedSession restored = vectors.restore(first)) {
        assertEquals("hello", restored.notes());
        vectors.save(restored.session(), "hello", second);
        assertEquals(-1, Files.mismatch(first, second), "the same bytes on both");
        GenerationResult expected = answer(session, next);
        GenerationResult result = answer(restored.session(), next);
        assertTrue(result.cachedTokens() > length);
        assertEquals(expected.cachedTokens(), result.cachedTokens());
        assertArrayEquals(expected.tokens(), result.tokens());
        vectors.save(restored.session(), "", second);
        try (SavedSession back = scalar.restore(second);
            Session copy = restored.session().copy()) {
          assertArrayEquals(
              answer(session, prompt).tokens(), answer(back.session(), prompt).tokens());
          assertArrayEquals(begun.tokens(), answer(copy, prompt).tokens());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32", "F16", "Q8_0"})
  void everyTypeOfCacheHasTheSameBytes(KvType type) throws IOException {
    Path file = DemoModel.file().write(folder.resolve("demo.gguf"));
    Path first = folder.resolve("first.session");
    Path second = folder.resolve("second.session");
    LoadedModelBuilder builder = LoadedModel.builder(file).threads(2).context(128).kvCache(type);
    try (LoadedModel scalar = builder.backend(Backend.SCALAR).load();
        LoadedModel vectors = builder.backend(Backend.VECTOR).load();
        Session session = scalar.session();
        Session other = vectors.session()) {
      int[] prompt = scalar.tokenizer().encode("Once upon a time there was a fox", true, false);
      answer(session, prompt);
      answer(other, prompt);
      scalar.save(session, "", first);
      vectors.save(other, "", second);
      assertEquals(-1, Files.mismatch(first, second));
      byte[] cut = Files.readAllBytes(first);
      Files.write(first, Arrays.copyOf(cut, cut.length - 1));
      assertThrows(InvalidSessionException.class, () -> vectors.restore(first));
      Files.write(first, Arrays.copyOf(cut, cut.length + 1));
      assertThrows(InvalidSessionException.class, () -> vectors.restore(first));
    }
  }

  @Test
  void otherModelsAreRefused() throws IOException {
    Path file = folder.resolve("one.session");
    try (LoadedModel llama = load("llama", 64, KvType.F32, Backend.AUTO);
        LoadedModel gemma = load("gemma2", 64, KvType.F32, Backend.AUTO);
        Session session = llama.session()) {
      answer(session, prompt(9));
      llama.save(session, "", file);
      assertThrows(SessionMismatchException.class, () -> gemma.restore(file));
      assertThrows(FileException.class, () -> llama.restore(folder.resolve("none")));
    }
  }
}
