package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.model.transformer.ShapedCaches;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models with windows or short convolutions, far beyond them: their bounded caches give the bits of
 * full ones.
 */
class WindowCacheTest {
  private static final int CONTEXT = 320;
  private static final int[] IDS = ids();

  static List<Tiny> windowed() {
    return TinyDecoders.all().stream()
        .filter(t -> (t.plain.near(0) || t.plain.near(1)) && t.plain.window < CONTEXT)
        .toList();
  }

  private static int[] ids() {
    int[] ids = new int[CONTEXT];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (i * i * 7 + i / 40 + 3 * i + 1) % 40;
    }
    return ids;
  }

  private static HeapWeights source(Tiny tiny) {
    return tiny.model.copy().put("context_length", CONTEXT).source();
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static Model load(HeapWeights source, int batch) {
    return ModelLoader.load(TinyModel.header(source), source, backend(), batch, RunControl.NONE);
  }

  private static KvCache bounded(Model model, KvType type, int back) {
    return ShapedCaches.of(
        model,
        CacheShape.of(model.config(), CONTEXT, CacheOptions.of(type), model.maxBatch(), back));
  }

  private static KvCache full(Model model, KvType type) {
    return bounded(model, type, CONTEXT);
  }

  /** Logits of all positions: most in batches, now and then one by one. */
  private static float[] logits(Model model, KvCache cache) {
    float[] all = new float[CONTEXT * model.config().vocabulary()];
    for (int at = 0; at < CONTEXT; ) {
      int n = at % 100 < 70 ? Math.min(model.maxBatch(), CONTEXT - at) : 1;
      at += feed(model, cache, at, n, all);
    }
    return all;
  }

  private static int feed(Model model, KvCache cache, int at, int n, float[] all) {
    float[] rows = model.forward(Arrays.copyOfRange(IDS, at, at + n), at, cache, Model.Wanted.ALL);
    System.arraycopy(rows, 0, all, at * model.config().vocabulary(), rows.length);
    return n;
  }

  @ParameterizedTest
  @MethodSource("windowed")
  void boundedCachesGiveTheBitsOfFullOnes(Tiny tiny) {
    HeapWeights source = source(tiny);
    for (KvType type : List.of(KvType.F32, KvType.F16)) {
      float[] expected;
      try (Model one = load(source, 30)) {
        expected = logits(one, full(one, type));
      }
      for (int batch : type == KvType.F32 ? new int[] {1, 12, 40} : new int[] {12}) {
        try (Model model = load(source, batch)) {
          assertArrayEquals(expected, logits(model, bounded(model, type, 0)), 0f);
          if (batch == 40) {
            KvCache usual = model.newCache(CONTEXT, type);
            assertTrue(usual.spec().bounded(tiny.plain.near(0) ? 0 : 1));
            assertArrayEquals(expected, logits(model, usual), 0f);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("windowed")
  void boundedCachesGiveWhatThePlainDecoderComputes(Tiny tiny) {
    double[][] expected = tiny.plain.logits(Arrays.copyOf(IDS, 90)); // it is slow
    try (Model model = load(source(tiny), 9)) {
      float[] actual = logits(model, bounded(model, KvType.F32, 0));
      int cols = expected[0].length;
      for (int i = 0; i < expected.length * cols; i++) {
        assertEquals(expected[i / cols][i % cols], actual[i], 1e-3, "value " + i);
      }
    }
  }

  /** Sections begin within a period, so a layer's number there is not its number in the model. */
  @ParameterizedTest
  @MethodSource("windowed")
  void banksAndSlotsKnowTheirWindows(Tiny tiny) {
    HeapWeights source = source(tiny);
    GgufFile file = TinyModel.header(source);
    int layers = tiny.plain.layers;
    float[] expected;
    try (Model model = load(source, 5)) {
      expected = logits(model, full(model, KvType.F32));
    }
    Banks banks = new Banks(List.of(backend(), backend()), new LayerGroups(List.of(3, layers - 3)));
    try (Model model = ModelLoader.load(file, source, banks, 5, RunControl.NONE)) {
      KvCache cache = bounded(model, KvType.F32, 0);
      List<KvCache> parts = ShapedCaches.parts(cache, model);
      for (int layer = 0; layer < layers; layer++) {
        KvSpec part = parts.get(layer < 3 ? 0 : 1).spec();
        assertEquals(
            tiny.plain.near(layer) ? 16 : CONTEXT, part.capacity(layer < 3 ? layer : layer - 3));
      }
      assertEquals(cache.spec().bytes(), parts.stream().mapToLong(p -> p.spec().bytes()).sum());
      assertArrayEquals(expected, logits(model, cache), 0f);
    }
    LayerSlots through = CopiedSlots.of(Residency.of(file).layers(), source, 2, CachePolicy.LRU, 1);
    try (Model model = ModelLoader.stream(file, source, backend(), through, 5)) {
      assertArrayEquals(expected, logits(model, bounded(model, KvType.F32, 0)), 0f);
    }
  }

  /** Window 5 and batches of 4 in 32 places: what came to 100 goes back to 72, not to 71. */
  @Test
  void goingBackFurtherThanTheRingIsRefused() {
    Tiny gemma2 = TinyDecoders.named("gemma2");
    try (Model model = load(source(gemma2), 4)) {
      float[] expected = logits(model, full(model, KvType.F32));
      KvCache cache = bounded(model, KvType.F32, 24);
      assertEquals(
          List.of(32, CONTEXT, 32, CONTEXT),
          cache.spec().layers().stream().map(KvSpec.Layer::capacity).toList());
      float[] actual = new float[expected.length];
      for (int at = 0; at < 100; ) {
        at += feed(model, cache, at, 4, actual);
      }
      Arrays.fill(actual, 60 * model.config().vocabulary(), actual.length, 0f);
      for (int position : new int[] {1, 5, 68, 71, 101, 110}) {
        assertEquals(position > 100 ? 100 : 0, model.resumesAt(cache, position));
        assertThrows(IllegalStateException.class, () -> feed(model, cache, position, 1, actual));
      }
      for (int position : new int[] {0, 72, 99, 100}) {
        assertEquals(position, model.resumesAt(cache, position));
      }
      for (int at = 72; at < 88; ) { // stays below 100: nothing more is forgotten
        at += feed(model, cache, at, 4, actual);
      }
      feed(model, cache, 72, 4, actual);
      assertEquals(0, model.resumesAt(cache, 71));
      for (int at = 76; at < CONTEXT; ) {
        at += feed(model, cache, at, 4, actual);
      }
      int from = 72 * model.config().vocabulary();
      assertArrayEquals(
          Arrays.copyOfRange(expected, from, expected.length),
          Arrays.copyOfRange(actual, from, actual.length),
          0f);
      assertArrayEquals(expected, logits(model, cache), 0f, "again from 0");
    }
  }

  @Test
  void aFullCacheGoesBackAnywhere() {
    Tiny llama = TinyDecoders.named("llama");
    try (Model model = load(source(llama), 50)) {
      KvCache cache = model.newCache(CONTEXT, KvType.F32);
      float[] expected = logits(model, cache);
      float[] actual = expected.clone();
      Arrays.fill(actual, 7 * model.config().vocabulary(), actual.length, 0f);
      assertEquals(7, model.resumesAt(cache, 7));
      for (int at = 7; at < CONTEXT; ) {
        at += feed(model, cache, at, Math.min(50, CONTEXT - at), actual);
      }
      assertArrayEquals(expected, actual, 0f);
    }
  }
}
