package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.LateBackend;
import io.wasmchord.backend.LateBackend.Haste;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that computes with models, on backends that are late: nobody looks at a result before
 * waiting for it, or takes away what pending work needs, so all results are the same.
 */
class PendingTest {
  private static final int[] PROMPT = {1, 9, 4, 4, 17, 30, 2, 8, 25};

  static List<String> decoders() {
    return TinyFiles.names();
  }

  static List<String> encoders() {
    return TinyFiles.encoders();
  }

  private static ComputeBackend scalar() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static List<Supplier<ComputeBackend>> late() {
    List<Supplier<ComputeBackend>> all = new ArrayList<>();
    for (Haste haste : Haste.values()) {
      all.add(() -> new LateBackend(scalar(), haste));
    }
    return all;
  }

  private static Model load(HeapWeights source, ComputeBackend backend) {
    return ModelLoader.load(TinyModel.header(source), source, backend, 4, RunControl.NONE);
  }

  /** Greedy, then sampled from where the prompts begin to differ, then all logits. */
  private static List<Object> answers(Model model, HeapWeights source) {
    List<Object> all = new ArrayList<>();
    Tokenizer tokenizer = Tokenizers.of(TinyModel.header(source).metadata());
    try (Session session = new Session(model, tokenizer, 32, KvType.F32, Clock.system())) {
      for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), SamplerOptions.defaults(5))) {
        GenerationResult r =
            session.generate(
                PROMPT,
                new GenerationOptions(8, List.of(), sampling),
                text -> true,
                RunControl.NONE);
        for (int token : r.tokens()) {
          all.add(token);
        }
      }
    }
    KvCache cache = model.newCache(16, KvType.F32);
    for (float logit : model.forward(new int[] {1, 2, 3}, 0, cache, Model.Wanted.ALL)) {
      all.add(logit);
    }
    Encoding encoding = model.encode(PROMPT, cache);
    while (encoding.step()) {}
    for (float value : encoding.rows()) {
      all.add(value);
    }
    model.release(cache);
    return all;
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void sessionsAnswerTheSame(String name) {
    HeapWeights source = TinyFiles.file(name);
    List<Object> expected;
    try (Model model = load(source, scalar())) {
      expected = answers(model, source);
    }
    assertTrue(expected.size() > 40);
    for (Supplier<ComputeBackend> backend : late()) {
      try (Model model = load(source, backend.get())) {
        assertEquals(expected, answers(model, source));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Haste.class)
  void banksAndSlotsToo(Haste haste) {
    for (String name : List.of("llama-q4_k_m", "gemma3-q4_k_m")) {
      HeapWeights source = RandomFiles.file(name);
      GgufFile file = TinyModel.header(source);
      int layers = ModelLoader.inspect(file).layers();
      List<Object> expected;
      try (Model model = load(source, scalar())) {
        expected = answers(model, source);
      }
      LateBackend first = new LateBackend(scalar(), haste);
      Banks banks =
          new Banks(
              List.of(first, new LateBackend(scalar(), haste)),
              new LayerGroups(List.of(1, layers - 1)));
      try (Model model = ModelLoader.load(file, source, banks, 4, RunControl.NONE)) {
        assertEquals(expected, answers(model, source));
      }
      assertTrue(first.submitted() > 20);
      LayerSlots slots = CopiedSlots.of(Residency.of(file).layers(), source, 2, CachePolicy.LRU, 1);
      ComputeBackend backend = new LateBackend(scalar(), haste);
      try (Model model = ModelLoader.stream(file, source, backend, slots, 4)) {
        assertEquals(expected, answers(model, source));
      }
    }
  }

  private static float[] vector(HeapWeights source, ComputeBackend backend) {
    try (Model model = load(source, backend)) {
      return Embedder.of(
              model,
              Tokenizers.of(TinyModel.header(source).metadata()),
              TinyEncoders.CONTEXT,
              KvType.F32)
          .embed(TinyFiles.text(15), EmbeddingOptions.DEFAULT, RunControl.NONE)
          .vector();
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void vectorsAreTheSame(String name) {
    HeapWeights source = TinyFiles.encoder(name);
    float[] expected = vector(source, scalar());
    for (Supplier<ComputeBackend> backend : late()) {
      assertArrayEquals(expected, vector(source, backend.get()), 0f);
    }
  }
}
