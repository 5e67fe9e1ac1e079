package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters have the scalar backend's bits wherever a model computes, and are chosen by session. */
class AdaptersTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};
  private static final List<String> NAMES =
      List.of("llama", "phi3", "gemma3", "qwen35", "rwkv7", "deepseek2", "mixtral", "gpt-oss", "llama4");

  @TempDir private Path folder;

  private static GgufFile header(HeapWeights source) {
    return GgufReader.parse(source.bytes(), source.size(), source.name());
  }

  private Path model(String name) throws IOException {
    return TinyFiles.file(name).write(folder.resolve(name + ".gguf"));
  }

  private Path adapter(String model, int seed) throws IOException {
    GgufFile header = header(TinyFiles.file(model));
    List<String> weights =
        TinyAdapters.matrices(header).stream()
            .filter(n ->
                n.equals("output.weight")
                    || n.matches(
                        ".*(attn|ffn|time_mix)_(q|qkv|output|up|down|key|receptance|(gate|up|down)_exps)\\..*"))
            .filter(n -> !n.matches(".*\\.\\d+\\.weight"))
            .toList();
    return TinyAdapters.file(header, seed, 6, weights).write(folder.resolve(seed + ".gguf"));
  }

  private static float[] logits(Model model) {
    KvCache cache = model.newCache(32, KvType.F32);
    float[] logits = model.forward(PROMPT, 0, cache, Model.Wanted.ALL);
    model.release(cache);
    return logits;
  }

  @Test
  void haveTheSameBitsOnEveryBackend() throws IOException {
    for (String name : NAMES) {
      Path model = model(name);
      Path one = adapter(name, 1);
      Path other = adapter(name, 2);
      float[] expected = null;
      for (Setup setup : List.of(Setup.SCALAR, Setup.REPACKED, Setup.MAPPED)) {
        try (LoadedModel loaded = setup.open(model)) {
          float[] plain = logits(loaded.model());
          loaded
              .adapters()
              .use(
                  List.of(
                      new AdapterScale(loaded.loadAdapter("one", one), 0.7f),
                      new AdapterScale(loaded.loadAdapter("other", other), -0.4f)));
          float[] adapted = logits(loaded.model());
          expected = expected == null ? adapted : expected;
          assertArrayEquals(expected, adapted, name + " " + setup);
          assertFalse(Arrays.equals(plain, adapted));
          loaded.adapters().use(List.of());
          assertArrayEquals(plain, logits(loaded.model()), "the weights are what they were");
        }
      }
    }
  }

  /** Layers pass through slots, and the budget has room for the adapter. */
  @Test
  void stayWhereLayersPass() throws IOException {
    Path model = model("llama");
    Path adapter = adapter("llama", 1);
    HeapWeights source = TinyFiles.file("llama");
    long bytes =
        ModelLoader.adapterBytes(
            header(source), source, LoadedModel.BATCH, List.of(header(HeapWeights.read(adapter))));
    float[] expected;
    try (LoadedModel loaded = LoadedModel.builder(model).adapter(adapter.toString(), 0.5f).load()) {
      expected = logits(loaded.model());
      assertEquals(bytes, loaded.adapters().bytes());
    }
    for (Setup setup : List.of(Setup.STREAMED, Setup.SCALAR_STREAMED)) {
      long least = setup.least(List.of(model));
      try (LoadedModel loaded = setup.open(model)) {
        assertThrows(OutOfMemoryException.class, () -> loaded.loadAdapter("late", adapter));
      }
      Backend backend = setup == Setup.STREAMED ? Backend.VECTOR : Backend.SCALAR;
      LoadedModelBuilder builder =
          LoadedModel.builder(model).threads(2).backend(backend).context(1).prefetch(0);
      try (LoadedModel loaded =
          builder.memory(least + bytes).adapter(adapter.toString(), 0.5f).load()) {
        assertNotNull(loaded.stream());
        assertArrayEquals(expected, logits(loaded.model()), setup.toString());
      }
    }
    try (LoadedModel loaded =
        LoadedModel.builder(model)
            .backend(Backend.SCALAR)
            .context(1)
            .prefetch(0)
            .memory(Setup.SCALAR_STREAMED.least(List.of(model)) + bytes)
            .adapterMemory(bytes)
            .load()) {
      loaded.adapters().use(List.of(new AdapterScale(loaded.loadAdapter("late", adapter), 0.5f)));
      assertArrayEquals(expected, logits(loaded.model()));
    }
  }

  /** What a session remembers was computed with the adapters that it had. */
  @Test
  void changeBetweenTheAnswersOfASession() throws IOException {
    try (LoadedModel loaded = Setup.REPACKED.open(model("llama"));
        Session session = loaded.session();
        Session other = loaded.session()) {
      Adapter adapter = loaded.loadAdapter("one", adapter("llama", 1));
      List<AdapterScale> chosen = List.of(new AdapterScale(adapter, 1f));
      GenerationResult plain = answer(session);
      assertEquals(PROMPT.length - 1, answer(session).cachedTokens());
      session.adapt(chosen);
      GenerationResult adapted = answer(session);
      assertEquals(0, adapted.cachedTokens());
      assertEquals(PROMPT.length - 1, answer(session).cachedTokens());
      assertFalse(Arrays.equals(plain.tokens(), adapted.tokens()));
      assertArrayEquals(plain.tokens(), answer(other).tokens(), "another session has its own");
      session.adapt(List.of());
      GenerationResult again = answer(session);
      assertEquals(PROMPT.length - 1, again.cachedTokens(), "of the other session");
      assertArrayEquals(plain.tokens(), again.tokens());
      session.adapt(chosen);
      loaded.adapters().unload(adapter);
      String message =
          assertThrows(InvalidRequestException.class, () -> answer(session)).getMessage();
      assertTrue(message.contains("adapter 'one'"), message);
      session.adapt(List.of());
      assertArrayEquals(plain.tokens(), answer(session).tokens());
    }
  }

  @Test
  void copiesKeepTheirAdaptersAndNothingOfThemIsSaved() throws IOException {
    try (LoadedModel loaded = Setup.REPACKED.open(model("llama"));
        Session plain = loaded.session();
        Session session = loaded.session()) {
      Adapter adapter = loaded.loadAdapter("one", adapter("llama", 1));
      int[] expected = answer(plain).tokens();
      session.adapt(List.of(new AdapterScale(adapter, 1f)));
      int[] adapted = answer(session).tokens();
      try (Session copy = session.copy()) {
        GenerationResult same = answer(copy);
        assertEquals(PROMPT.length - 1, same.cachedTokens());
        assertArrayEquals(adapted, same.tokens());
        copy.takeOver(plain, PROMPT);
        assertArrayEquals(adapted, answer(copy).tokens(), "keys of no adapter are not taken over");
      }
      try (Session other = loaded.session()) {
        other.takeOver(session, PROMPT);
        GenerationResult fresh = answer(other);
        assertEquals(PROMPT.length - 1, fresh.cachedTokens(), "of the one without adapters");
        assertArrayEquals(expected, fresh.tokens());
      }
      Path file = folder.resolve("adapted.session");
      String message =
          assertThrows(InvalidRequestException.class, () -> loaded.save(session, "", file))
              .getMessage();
      assertTrue(message.contains("LoRA adapters"), message);
      assertFalse(Files.exists(file));
      assertArrayEquals(adapted, answer(session).tokens(), "the session goes on");
      loaded.save(plain, "", file);
    }
  }

  @Test
  void prefixesAreOfTheSameAdapters() throws IOException {
    try (LoadedModel loaded =
        LoadedModel.builder(model("llama")).threads(2).prefixMemory(1 << 20).load()) {
      Adapter adapter = loaded.loadAdapter("one", adapter("llama", 1));
      List<AdapterScale> half = List.of(new AdapterScale(adapter, 0.5f));
      int whole = 0; // is held of those with a scale of 1
      for (List<AdapterScale> chosen : List.of(List.<AdapterScale>of(), half)) {
        loaded.adapters().use(chosen);
        int[] expected;
        try (Session alone = new Session(loaded.model(), loaded.tokenizer(), 64, Clock.system())) {
          expected = answer(alone).tokens();
        }
        for (int cached : new int[] {0, PROMPT.length - 1}) { // the second of what the first left
          try (Session session = loaded.session();
              Session beside = loaded.session()) {
            GenerationResult result = answer(session);
            assertEquals(cached, result.cachedTokens());
            assertArrayEquals(expected, result.tokens());
            beside.adapt(List.of(new AdapterScale(adapter, 1f)));
            assertEquals(whole, answer(beside).cachedTokens(), "of its own kind");
            whole = PROMPT.length - 1;
          }
        }
      }
    }
  }

  private static GenerationResult answer(Session session) {
    GenerationOptions options = new GenerationOptions(8, List.of(), SamplerOptions.greedy());
    return session.generate(PROMPT, options, text -> true, RunControl.NONE);
  }

  @Test
  void areRefusedInWords() throws IOException {
    Path model = model("llama");
    Path adapter = adapter("llama", 1);
    LoadedModelBuilder builder = LoadedModel.builder(model);
    assertThrows(InvalidRequestException.class, () -> builder.adapter(" ", 1f));
    assertThrows(InvalidRequestException.class, () -> builder.adapter("a.gguf", Float.NaN));
    assertThrows(InvalidRequestException.class, () -> builder.adapterMemory(-1));
    builder.adapter("a.gguf", 1f);
    assertThrows(InvalidRequestException.class, () -> builder.adapter("a.gguf", 1f));
    LoadedModel loaded = LoadedModel.builder(model).load();
    assertThrows(FileException.class, () -> loaded.loadAdapter("x", folder.resolve("none.gguf")));
    loaded.close();
    assertThrows(ClosedException.class, () -> loaded.loadAdapter("late", adapter));
    assertThrows(ClosedException.class, () -> loaded.adapters().use(List.of()));
  }
}
