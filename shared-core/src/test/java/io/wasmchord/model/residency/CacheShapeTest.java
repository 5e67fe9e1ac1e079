package io.wasmchord.model.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Pooling;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CacheShapeTest {
  private static ModelConfig config(int layers, ModelConfig.SlidingWindow window) {
    return config(layers, window, ModelConfig.Convolutions.NONE);
  }

  private static ModelConfig config(
      int layers, ModelConfig.SlidingWindow window, ModelConfig.Convolutions convolutions) {
    return new ModelConfig(
        "test",
        layers,
        1152,
        6912,
        4,
        1,
        256,
        256,
        262_144,
        262_144,
        32_768,
        1e-6f,
        256,
        1e6f,
        new ModelConfig.Scales(1f, 1f, 1f, 1f),
        ModelConfig.Caps.NONE,
        window,
        convolutions,
        ModelConfig.Experts.NONE,
        false,
        Pooling.LAST,
        0,
        Classifier.NONE);
  }

  /** 26 layers, of six five with a window of 512: 22 store 896 positions, 4 store 32,768. */
  @Test
  void gemma3TakesASixthOfAFullCache() {
    ModelConfig gemma = config(26, new ModelConfig.SlidingWindow(512, 6, 5, 10_000f));
    KvSpec full = new KvSpec(26, 32_768, 1, 256, 256, KvType.F16);
    KvSpec bounded = CacheShape.of(gemma, 32_768, KvType.F16, 128);
    assertEquals(872_415_232, full.bytes());
    assertEquals(154_402_816, bounded.bytes());
    assertEquals(4 * 32_768 + 22 * 896, bounded.cells());
    for (int layer = 0; layer < 26; layer++) {
      boolean global = layer == 5 || layer == 11 || layer == 17 || layer == 23;
      assertEquals(global ? 32_768 : 896, bounded.capacity(layer), "layer " + layer);
    }
    assertEquals(2 * bounded.bytes(), CacheShape.of(gemma, 32_768, KvType.F32, 128).bytes());
  }

  @Test
  void aShortSequenceIsStoredWhole() {
    ModelConfig gemma = config(26, new ModelConfig.SlidingWindow(512, 6, 5, 10_000f));
    int needed = 512 + 127 + CacheShape.BACK;
    assertEquals(
        Collections.nCopies(26, needed / 16 * 16 + 16),
        CacheShape.of(gemma, needed, KvType.F16, 128).capacities());
    assertEquals(
        Collections.nCopies(26, 96), CacheShape.of(gemma, 90, KvType.F16, 128).capacities());
  }

  /** As in LFM2 1.2B 10 of 16 layers are convolutions over 3 positions. */
  @Test
  void convolutionsKeepRowsOfFloatsForTheNearestPositions() {
    Set<Integer> attention = Set.of(2, 5, 8, 10, 12, 14);
    List<Boolean> layers = IntStream.range(0, 16).mapToObj(i -> !attention.contains(i)).toList();
    ModelConfig lfm2 =
        config(16, ModelConfig.SlidingWindow.NONE, new ModelConfig.Convolutions(3, layers));
    KvSpec spec = CacheShape.of(lfm2, 32_768, KvType.F16, 128);
    int places = 400; // 3 + 127 + 256, in whole runs
    for (int layer = 0; layer < 16; layer++) {
      boolean sees = attention.contains(layer);
      assertEquals(sees ? 32_768 : places, spec.capacity(layer), "layer " + layer);
      assertEquals(sees ? 0 : 1152, spec.width(layer), "layer " + layer);
    }
    assertEquals(6 * 32_768, spec.cells());
    assertEquals(10L * places * 1152 * 4, spec.rowBytes());
    assertEquals(6L * 32_768 * 2 * 256 * 2 + spec.rowBytes(), spec.bytes());
    assertEquals(112, CacheShape.of(lfm2, 100, KvType.F16, 128).capacity(0));
  }

  @Test
  void windowsAsLargeAsNumbersGoChangeNothing() {
    ModelConfig wide = config(4, new ModelConfig.SlidingWindow(Integer.MAX_VALUE, 2, 1, 10_000f));
    KvSpec full = new KvSpec(4, 32_768, 1, 256, 256);
    assertEquals(full, CacheShape.of(wide, 32_768, KvType.F32, 128));
    assertEquals(
        full, CacheShape.of(config(4, ModelConfig.SlidingWindow.NONE), 32_768, KvType.F32, 128));
  }
}
