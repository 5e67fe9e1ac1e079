package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that a file gives for each layer. */
class PerLayerKeysTest {
  private static int[] greedy(String name) throws IOException {
    try (InputStream in = PerLayerKeysTest.class.getResourceAsStream("/gguf/" + name + ".gguf")) {
      HeapWeights source = new HeapWeights(name, HeapMemory.wrap(in.readAllBytes()));
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
      ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
      try (Model model = ModelLoader.load(file, source, backend, RunControl.NONE)) {
        int[] prompt = {1, 259, 265, 266, 263, 259, 267, 268}; // rain in Bonn
        return GreedyLogits.compute(model, prompt, 4, (position, rows) -> {});
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "ff-arr", "kvheads-arr"})
  void arraysOfEqualValuesAreTheValue(String name) throws IOException {
    assertArrayEquals(new int[] {193, 341, 105, 351}, greedy(name));
  }

  private static Tiny tiny(String name) {
    return TinyDecoders.named(name);
  }

  private static ModelConfig config(TinyModel model) {
    return ModelLoader.inspect(TinyModel.header(model.source()));
  }

  private static TinyModel with(String name, String key, int entries, int value) {
    long[] values = new long[entries];
    Arrays.fill(values, value);
    return tiny(name).model.copy().putAll(key, values);
  }

  /** Converters write the first three so; readers take any number so. */
  @ParameterizedTest
  @CsvSource({
    "llama, feed_forward_length, 48",
    "llama, attention.head_count, 4",
    "llama, attention.head_count_kv, 2",
    "gemma3, attention.sliding_window, 5",
    "qwen3moe, expert_count, 8",
    "qwen3moe, expert_used_count, 3",
    "qwen3moe, expert_feed_forward_length, 12",
    "qwen2moe, expert_shared_feed_forward_length, 48",
    "lfm2, feed_forward_length, 48",
  })
  void everyNumberMayStandAsAnArray(String name, String key, int value) {
    ModelConfig plain = config(tiny(name).model.copy().put(key, value));
    assertEquals(plain, config(with(name, key, plain.layers(), value)));
  }

  @ParameterizedTest
  @CsvSource({"qwen3moe, expert_count, 8", "qwen3moe, expert_used_count, 3"})
  void arraysOfOtherValuesAreRefusedWithBoth(String name, String key, int value) {
    int layers = config(tiny(name).model).layers();
    TinyModel model = with(name, key, layers, value);
    long[] values = new long[layers];
    Arrays.fill(values, value);
    values[layers - 1] = 1;
    model.putAll(key, values);
    String message =
        assertThrows(UnsupportedModelException.class, () -> config(model)).getMessage();
    String last = " is " + value + " for layer 0 and 1 for layer " + (layers - 1);
    assertTrue(message.contains(key + last), message);
    TinyModel longer = with(name, key, layers + 1, value);
    String entries = assertThrows(InvalidModelException.class, () -> config(longer)).getMessage();
    assertTrue(entries.contains(key + " has " + (layers + 1) + " entries, not " + layers), entries);
  }

  /** Each layer's tensors must be of its own shape. */
  @ParameterizedTest
  @CsvSource({
    "feed_forward_length, 48, ffn_down",
    "attention.head_count_kv, 2, attn_k",
  })
  void layersMayDifferInWidthsAndHeads(String key, int value, String tensor) {
    int layers = config(tiny("llama").model).layers();
    TinyModel model = with("llama", key, layers, value);
    long[] values = new long[layers];
    Arrays.fill(values, value);
    values[layers - 1] = 1;
    model.putAll(key, values);
    String message = assertThrows(InvalidModelException.class, () -> config(model)).getMessage();
    assertTrue(message.contains("blk." + (layers - 1) + "." + tensor), message);
    TinyModel longer = with("llama", key, layers + 1, value);
    String entries = assertThrows(InvalidModelException.class, () -> config(longer)).getMessage();
    assertTrue(entries.contains(key + " has " + (layers + 1) + " entries, not " + layers), entries);
  }

  @Test
  void theNumberOfLayersIsNoArray() {
    TinyModel model = tiny("llama").model.copy().putAll("block_count", 4, 4, 4, 4);
    assertThrows(ChordException.class, () -> config(model));
  }
}
