package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hyper-parameters as files have them, and as they should not. */
class ModelConfigsTest {
  private static TinyModel tiny(String name) {
    return TinyDecoders.named(name).model.copy();
  }

  private static ModelConfig config(TinyModel model) {
    return ModelLoader.inspect(TinyModel.header(model.source()));
  }

  private static void assertRefused(
      TinyModel model, Class<? extends ChordException> type, String says) {
    String message = assertThrows(type, () -> config(model)).getMessage();
    assertTrue(message.contains(says), message);
  }

  /** What is checked of one expert holds for all: nothing is kept of each. */
  @Test
  void aHeaderOfManyExpertsIsCheckedInLittleMemory() {
    Tiny tiny = new Tiny("many experts", "olmoe");
    tiny.rowNorms = true;
    tiny.plain.kvHeads = 4;
    tiny.plain.experts = 1024;
    tiny.plain.used = 2;
    tiny.plain.expertWidth = 2;
    tiny.fill()
        .model
        .put("expert_count", 1024)
        .put("expert_used_count", 2)
        .put("expert_feed_forward_length", 2);
    GgufFile header = TinyModel.header(tiny.model.source());
    ModelLoader.inspect(header); // what classes allocate once does not count
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertEquals(1024, ModelLoader.inspect(header).experts().count());
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 250_000 * tiny.plain.layers, allocated + " bytes");
  }

  /** EXAONE 4's and OLMo 3's files say it so. */
  @Test
  void aPatternOfWindowsMayBeGivenLayerByLayer() {
    TinyModel model = tiny("gemma3"); // of seven layers
    model.put("attention.sliding_window_pattern", 3);
    ModelConfig.SlidingWindow expected = config(model).window();
    assertEquals(expected, config(pattern(model, 1, 1, 0, 1, 1, 0, 1)).window());
    assertFalse(config(pattern(model, 0, 0, 0, 0, 0, 0, 0)).window().layers().contains(true));
    ModelConfig.SlidingWindow all = config(pattern(model, 1, 1, 1, 1, 1, 1, 1)).window();
    assertTrue(all.sliding(0) && all.sliding(6));
  }

  @Test
  void aPatternOfWindowsNeedNotRepeatItself() {
    TinyModel model = pattern(tiny("gemma3"), 1, 1, 0, 1, 0, 0, 1);
    assertEquals(
        List.of(true, true, false, true, false, false, true), config(model).window().layers());
    assertRefused(pattern(model, 1, 1, 0), InvalidModelException.class, "has 3 entries, not 7");
  }

  /** ModernBERT's first layer sees all, and with it the first of each period. */
  @Test
  void thePatternMayBeginWithTheLayerThatSeesAll() {
    TinyModel model = TinyEncoders.named("modern-bert").model().copy(); // of five layers
    ModelConfig.SlidingWindow window = config(model).window();
    assertEquals(List.of(false, true, true, false, true), window.layers());
    assertEquals(13, window.size());
    assertEquals(window, config(pattern(model, 0, 1, 1, 0, 1)).window());
    assertFalse(config(pattern(model, 0, 0, 0, 0, 0)).window().layers().contains(true));
    ModelConfig.SlidingWindow once = config(pattern(model, 0, 1, 1, 1, 1)).window();
    assertTrue(!once.sliding(0) && once.sliding(1) && once.sliding(4));
  }

  @Test
  void aWindowMayBeLeftOutOnlyWhereThereMayBeNone() {
    TinyModel modern = TinyEncoders.named("modern-bert").model().copy();
    modern.keys().remove("modern-bert.attention.sliding_window");
    assertEquals(0, config(modern).window().size());
    TinyModel gemma = TinyEncoders.named("gemma-embedding").model().copy();
    gemma.keys().remove("gemma-embedding.attention.sliding_window");
    ChordException e = assertThrows(ChordException.class, () -> config(gemma));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("gemma-embedding.attention.sliding_window"), message);
  }

  private static TinyModel pattern(TinyModel model, long... local) {
    return model.putAll("attention.sliding_window_pattern", local);
  }

  @Test
  void layersWithoutHeadsOfKeysAreConvolutions() {
    ModelConfig config = config(tiny("lfm2"));
    assertEquals(2, config.shape(2).attention().kvHeads());
    assertEquals(
        List.of(3, 3, 0, 3, 3, 0), config.shapes().stream().map(LayerShape::convolution).toList());
    assertEquals(3, config.attends(0));
    assertEquals(0, config.attends(2));
    TinyModel attention = tiny("qwen3").put("attention.head_count_kv", 2);
    assertTrue(config(attention).shapes().stream().allMatch(LayerShape::attends));
  }

  @Test
  void headsOfKeysThatDoNotFitAreRefused() {
    Class<InvalidModelException> invalid = InvalidModelException.class;
    assertRefused(heads(0, 0, 2), invalid, "head_count_kv has 3 entries, not 6");
    assertRefused(heads(0, 0, 2, 0, 0, -1), invalid, "head_count_kv is -1, not within 0..");
    assertRefused(heads(0, 0, 5, 0, 0, 5), invalid, "does not divide by 5");
    assertRefused(heads(0, 0, 3, 0, 0, 3), invalid, "does not divide by 3");
    assertRefused(heads(0, 0, 2, 0, 0, 4), invalid, "the metadata call for [32, 32]");
    assertRefused(heads(0, 0, 0, 0, 0, 0), invalid, "is 0 for every layer");
    assertRefused(heads(0, 2, 2, 0, 0, 2), invalid, "blk.1.attn_q.weight is missing");
    assertRefused(heads(0, 0, 2, 0, 0, 0), invalid, "blk.5.shortconv.in_proj.weight is missing");
    assertRefused(heads(2, 2, 2, 2, 2, 2), invalid, "blk.0.attn_q.weight is missing");
  }

  private static TinyModel heads(long... counts) {
    return tiny("lfm2").putAll("attention.head_count_kv", counts);
  }

  @Test
  void convolutionsThatDoNotFitAreRefused() {
    Class<InvalidModelException> invalid = InvalidModelException.class;
    for (int length : new int[] {0, 1025, Integer.MAX_VALUE}) {
      TinyModel model = tiny("lfm2").put("shortconv.l_cache", length);
      assertRefused(model, invalid, "lfm2.shortconv.l_cache is " + length);
    }
    TinyModel wide = tiny("lfm2").put("shortconv.l_cache", 1024);
    assertRefused(wide, invalid, "the metadata call for [1024, 32]");
    TinyModel none = tiny("lfm2");
    none.keys().remove("lfm2.shortconv.l_cache");
    assertRefused(none, MalformedGgufException.class, "lfm2.shortconv.l_cache is missing");
    TinyModel windows = tiny("lfm2").put("attention.sliding_window", 8);
    assertRefused(windows, UnsupportedModelException.class, "lfm2.attention.sliding_window is set");
  }

  /** 87,211 heads of 49,248 values are 32 values, in 32 bits. */
  @Test
  void headsWhoseProductOverflowsAreRefused() {
    TinyModel model =
        tiny("llama")
            .put("attention.head_count", 87_211)
            .put("attention.head_count_kv", 87_211)
            .put("attention.key_length", 49_248)
            .put("rope.dimension_count", 8);
    for (int layer = 0; layer < 4; layer++) {
      for (String name : new String[] {"attn_q", "attn_k", "attn_v", "attn_output"}) {
        model.matrix("blk." + layer + "." + name + ".weight", 32, 32);
      }
    }
    assertRefused(
        model,
        InvalidModelException.class,
        "llama.attention.head_count is 87211 with 49248 values in a head");
  }

  /** It would be allocated for every token of a batch. */
  @Test
  void aWidthThatNoTensorHasIsNotTaken() {
    for (String name : List.of("qwen3moe", "granitemoe")) {
      TinyModel model =
          tiny(name)
              .put("expert_feed_forward_length", name.equals("qwen3moe") ? 12 : 16)
              .put("feed_forward_length", 1 << 24)
              .put("expert_shared_feed_forward_length", 1 << 24);
      assertEquals(config(model).experts().width(), config(model).shape(0).feedForward());
    }
    TinyModel shared =
        tiny("granitemoe with a shared expert").put("expert_shared_feed_forward_length", 1 << 24);
    assertRefused(shared, InvalidModelException.class, "the metadata call for");
  }

  /** Old files have a tensor for each expert, so that each could be of another type. */
  @Test
  void expertsOfTwoTypesAreRefused() {
    TinyModel model = TinyMixtures.oldMixtral().model;
    String name = "blk.1.ffn_up.2.weight";
    model.describe(name, TensorType.F16, model.shape(name));
    var e = assertThrows(UnsupportedModelException.class, () -> config(model));
    String message = "blk.1.ffn_up.0.weight is F32 and " + name + " is F16";
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  /** 512 experts of 2^23 rows are none, in 32 bits. */
  @Test
  void expertsWhoseProductOverflowsAreRefused() {
    TinyModel model =
        tiny("qwen3moe").put("expert_count", 512).put("expert_feed_forward_length", 1 << 23);
    assertRefused(
        model,
        InvalidModelException.class,
        "qwen3moe.expert_count is 512 with 8388608 rows in an expert");
  }
}
