package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model.Wanted;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of caches go on with the bits of what they were copied from. */
class CacheCopyTest {
  private static final int FED = 37;
  private static final int MORE = 9;

  static List<Tiny> decoders() {
    return TinyDecoders.all();
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static Model load(HeapWeights source, int banks, int batch) {
    ModelConfig config = ModelLoader.inspect(TinyModel.header(source));
    Banks all =
        new Banks(
            IntStream.range(0, banks).mapToObj(i -> backend()).toList(),
            Tiny.groups(config, banks));
    return ModelLoader.load(TinyModel.header(source), source, all, batch, RunControl.NONE);
  }

  private static int[] ids(int from, int n) {
    return IntStream.range(from, from + n).map(i -> (i * i * 3 + 5 * i + i / 40) % 40).toArray();
  }

  private static float[] feed(Model model, KvCache cache, int from, int end) {
    float[] last = {};
    for (int at = from; at < end; ) {
      int n = Math.min(model.maxBatch(), end - at);
      last = model.forward(ids(at, n), at, cache, Wanted.ALL);
      at += n;
    }
    return last;
  }

  private static KvCache cache(Model model, int positions, CacheOptions options) {
    return model.newCache(Math.min(positions, model.config().contextLength()), options);
  }

  private static void transfer(Model from, KvCache cache, int position, Model to, KvCache other) {
    CacheContents contents = from.contents(cache, position);
    CacheContents taken = to.restoring(other, contents.marks());
    assertEquals(contents.pieces(), taken.pieces());
    assertEquals(contents.bytes(), taken.bytes());
    for (int i = 0; i < contents.pieces(); i++) {
      byte[] piece = new byte[contents.bytes(i)];
      contents.read(i, piece);
      taken.write(i, piece);
    }
    assertEquals(0, to.resumesAt(other, position), "not before all is there");
    to.restored(other, taken);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aCopyGoesOnWithTheSameBits(Tiny tiny) {
    HeapWeights source = tiny.model.source();
    CacheOptions options = new CacheOptions(KvType.F32, 2, 8);
    try (Model model = load(source, 1, 10);
        Model other = load(source, 2, 7)) {
      KvCache cache = cache(model, 60, options);
      feed(model, cache, 0, FED);
      for (int position : new int[] {FED, 17}) {
        int at = model.resumesAt(cache, position);
        KvCache fresh = cache(model, 60, options);
        feed(model, fresh, 0, position);
        float[] expected = feed(model, fresh, position, position + MORE);
        KvCache copy = cache(model, 50, options);
        feed(model, copy, 0, 20); // which is lost
        assertEquals(at, model.copy(cache, copy, position));
        assertEquals(at, model.resumesAt(copy, position));
        feed(model, copy, at, position);
        assertArrayEquals(expected, feed(model, copy, position, position + MORE), 0f);
        KvCache restored = cache(other, 60, options);
        transfer(model, cache, position, other, restored);
        assertEquals(at, other.resumesAt(restored, position));
        KvCache inBanks = cache(other, 60, options);
        assertEquals(at, other.copy(restored, inBanks, at));
        feed(other, restored, at, position);
        float[] last = feed(other, restored, position, position + MORE);
        assertArrayEquals(
            Arrays.copyOfRange(expected, expected.length - last.length, expected.length), last, 0f);
        feed(other, inBanks, at, position);
        assertArrayEquals(last, feed(other, inBanks, position, position + MORE), 0f);
      }
      assertEquals(FED, model.resumesAt(cache, FED), "the first is as it was");
    }
  }

  @ParameterizedTest
  @CsvSource({"gemma2, F32", "gemma2, F16", "lfm2, F32", "gemma3, F16"})
  void farBeyondAWindowToo(String name, KvType type) {
    HeapWeights source = TinyFiles.file(name, 700);
    CacheOptions options = CacheOptions.of(type);
    try (Model model = load(source, 1, 16);
        Model other = load(source, 2, 40)) {
      KvCache cache = cache(model, 700, options);
      feed(model, cache, 0, 600);
      for (int position : new int[] {600, 597, 400}) {
        int at = model.resumesAt(cache, position);
        assertEquals(position, at);
        KvCache fresh = cache(model, 700, options);
        feed(model, fresh, 0, position);
        float[] expected = feed(model, fresh, position, position + MORE);
        KvCache copy = cache(model, 680, options);
        assertEquals(at, model.copy(cache, copy, position));
        KvCache again = cache(model, 690, options);
        assertEquals(at, model.copy(copy, again, position));
        KvCache restored = cache(other, 700, options);
        transfer(model, again, position, other, restored);
        for (KvCache one : List.of(copy, again)) {
          feed(model, one, at, position);
          assertArrayEquals(expected, feed(model, one, position, position + MORE), 0f);
        }
        feed(other, restored, at, position);
        assertArrayEquals(expected, feed(other, restored, position, position + MORE), 0f);
      }
    }
  }

  @Test
  void aCopyOfAWindowDoesNotGoBackFurtherThanWhatWasCopied() {
    HeapWeights source = TinyFiles.file("gemma2", 700);
    try (Model model = load(source, 1, 16)) {
      KvCache cache = model.newCache(700, KvType.F32);
      feed(model, cache, 0, 600);
      KvCache copy = model.newCache(700, KvType.F32);
      assertEquals(500, model.copy(cache, copy, 500));
      int back = 500;
      while (model.resumesAt(copy, back - 1) > 0) {
        back--;
      }
      assertTrue(back > 300 && back <= 400, "goes back to " + back);
      assertEquals(back, lowest(model, cache), "as far as the first did");
      assertEquals(0, model.copy(copy, model.newCache(700, KvType.F32), back - 1));
      feed(model, copy, 0, 30);
      assertEquals(3, model.resumesAt(copy, 3), "after a new start all is there");
    }
  }

  private static int lowest(Model model, KvCache cache) {
    int back = 600;
    while (model.resumesAt(cache, back - 1) > 0) {
      back--;
    }
    return back;
  }

  static List<TinyStacks> stacks() {
    return TinyStacks.decoders();
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void aDecoderTakesTheRowsOfItsEncoderAlong(TinyStacks tiny) {
    HeapWeights source = tiny.model().source();
    try (Model model =
        ModelLoader.load(TinyModel.header(source), source, backend(), 10, RunControl.NONE)) {
      KvCache cache = model.newCache(60, KvType.F32);
      Encoding encoding = model.encode(ids(3, 25), cache);
      while (encoding.step()) {}
      feed(model, cache, 0, 12);
      KvCache copy = model.newCache(60, KvType.F32);
      KvCache restored = model.newCache(60, KvType.F32);
      assertEquals(12, model.copy(cache, copy, 12));
      transfer(model, cache, 12, model, restored);
      float[] expected = feed(model, cache, 12, 20);
      assertArrayEquals(expected, feed(model, copy, 12, 20), 0f);
      assertArrayEquals(expected, feed(model, restored, 12, 20), 0f);
      KvCache small = model.newCache(24, KvType.F32);
      assertThrows(IllegalArgumentException.class, () -> model.copy(cache, small, 12));
    }
  }

  @Test
  void whatDoesNotFitIsNotCopied() {
    try (Model model = load(decoders().getFirst().model.source(), 1, 10)) {
      KvCache cache = model.newCache(50, KvType.F32);
      feed(model, cache, 0, FED);
      assertEquals(0, model.copy(cache, model.newCache(50, KvType.F16), FED));
      assertEquals(20, model.copy(cache, model.newCache(20, KvType.F32), FED));
      assertEquals(FED, model.copy(cache, model.newCache(50, KvType.F32), 45));
      assertThrows(IllegalArgumentException.class, () -> model.copy(cache, cache, 3));
      for (CacheMarks wrong :
          List.of(
              new CacheMarks(51, 0, 0, List.of()),
              new CacheMarks(-1, 0, 0, List.of()),
              new CacheMarks(20, 1, 0, List.of()),
              new CacheMarks(20, 0, -1, List.of()),
              new CacheMarks(20, 0, 0, List.of(3)))) {
        assertThrows(IllegalArgumentException.class, () -> model.restoring(cache, wrong));
      }
      assertEquals(FED, model.resumesAt(cache, FED), "a refusal takes nothing away");
    }
  }
}
