package io.wasmchord.model.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.Latent;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.Stacks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CacheShapeTest {
  private static ModelConfig config(int layers, ModelConfig.SlidingWindow window) {
    return config(Collections.nCopies(layers, 0), window);
  }

  private static ModelConfig config(List<Integer> convolutions, ModelConfig.SlidingWindow window) {
    List<LayerShape> shapes = new ArrayList<>();
    for (int convolution : convolutions) {
      LayerShape.Attention attention =
          convolution > 0 ? LayerShape.Attention.NONE : new LayerShape.Attention(4, 1, 256, 256);
      shapes.add(new LayerShape(attention, shapes.size(), convolution, 0, 6912));
    }
    return new ModelConfig(
        "test",
        shapes,
        1152,
        262_144,
        262_144,
        32_768,
        1e-6f,
        256,
        1e6f,
        new ModelConfig.Scales(1f, 1f, 1f, 1f),
        ModelConfig.Caps.NONE,
        window,
        ModelConfig.Experts.NONE,
        Latent.NONE,
        false,
        Pooling.LAST,
        RareFeatures.NONE,
        0,
        Recurrence.NONE,
        Classifier.NONE,
        0,
        Stacks.NONE);
  }

  private static ModelConfig.SlidingWindow windows(int layers, int size, int period) {
    List<Boolean> sliding =
        IntStream.range(0, layers).mapToObj(i -> i % period != period - 1).toList();
    return new ModelConfig.SlidingWindow(size, sliding, 256, 10_000f);
  }

  /** 26 layers, of six five with a window of 512: 22 store 896 positions, 4 store 32,768. */
  @Test
  void gemma3TakesASixthOfAFullCache() {
    ModelConfig gemma = config(26, windows(26, 512, 6));
    KvSpec full = new KvSpec(26, 32_768, 1, 256, 256, KvType.F16);
    KvSpec bounded = CacheShape.of(gemma, 32_768, KvType.F16, 128);
    assertEquals(872_415_232, full.bytes());
    assertEquals(154_402_816, bounded.bytes());
    for (int layer = 0; layer < 26; layer++) {
      boolean global = layer == 5 || layer == 11 || layer == 17 || layer == 23;
      assertEquals(global ? 32_768 : 896, bounded.capacity(layer), "layer " + layer);
    }
    assertEquals(2 * bounded.bytes(), CacheShape.of(gemma, 32_768, KvType.F32, 128).bytes());
  }

  @Test
  void aShortSequenceIsStoredWhole() {
    ModelConfig gemma = config(26, windows(26, 512, 6));
    int needed = 512 + 127 + CacheShape.BACK;
    assertEquals(
        Collections.nCopies(26, needed / 16 * 16 + 16),
        capacities(CacheShape.of(gemma, needed, KvType.F16, 128)));
    assertEquals(
        Collections.nCopies(26, 96), capacities(CacheShape.of(gemma, 90, KvType.F16, 128)));
  }

  private static List<Integer> capacities(KvSpec spec) {
    return spec.layers().stream().map(KvSpec.Layer::capacity).toList();
  }

  /** As in LFM2 1.2B 10 of 16 layers are convolutions over 3 positions. */
  @Test
  void convolutionsKeepRowsOfFloatsForTheNearestPositions() {
    Set<Integer> attention = Set.of(2, 5, 8, 10, 12, 14);
    List<Integer> layers =
        IntStream.range(0, 16).mapToObj(i -> attention.contains(i) ? 0 : 3).toList();
    ModelConfig lfm2 = config(layers, ModelConfig.SlidingWindow.NONE);
    KvSpec spec = CacheShape.of(lfm2, 32_768, KvType.F16, 128);
    int places = 400; // 3 + 127 + 256, in whole runs
    for (int layer = 0; layer < 16; layer++) {
      boolean sees = attention.contains(layer);
      assertEquals(sees ? 32_768 : places, spec.capacity(layer), "layer " + layer);
      assertEquals(sees ? 0 : 1152, spec.width(layer), "layer " + layer);
    }
    long rows = spec.bytes(KvSpec.Part.ROWS);
    assertEquals(10L * places * 1152 * 4, rows);
    assertEquals(6L * 32_768 * 2 * 256 * 2 + rows, spec.bytes());
    assertEquals(112, CacheShape.of(lfm2, 100, KvType.F16, 128).capacity(0));
  }

  @Test
  void windowsAsLargeAsNumbersGoChangeNothing() {
    ModelConfig wide = config(4, windows(4, Integer.MAX_VALUE, 2));
    KvSpec full = new KvSpec(4, 32_768, 1, 256, 256);
    assertEquals(full, CacheShape.of(wide, 32_768, KvType.F32, 128));
    assertEquals(
        full, CacheShape.of(config(4, ModelConfig.SlidingWindow.NONE), 32_768, KvType.F32, 128));
  }
}
