package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvSpec.Layer;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvSpecTest {
  @Test
  void bytesAreThoseOfTheType() {
    long values = 2L * 16 * 3 * (64 + 32);
    assertEquals(4 * values, new KvSpec(2, 16, 3, 64, 32).bytes());
    assertEquals(4 * values, new KvSpec(2, 10, 3, 64, 32).bytes(), "whole runs");
    assertEquals(2 * values, new KvSpec(2, 16, 3, 64, 32, KvType.F16).bytes());
    assertEquals(values / 32 * 34, new KvSpec(2, 16, 3, 64, 32, KvType.Q8_0).bytes());
    assertEquals(
        4L * 100 * 131_072 * 8 * 256, new KvSpec(100, 131_072, 8, 128, 128).bytes(), "no overflow");
    assertTrue(new KvSpec(1, Integer.MAX_VALUE, 1, 8, 8).bytes() > 0, "no overflow");
  }

  @Test
  void capacitiesAreWholeRunsAndNotBeyondTheSequence() {
    KvSpec spec = new KvSpec(100, 2, 8, 4, KvType.F32, List.of(1, 16, 17, 96, 97, 1000));
    assertEquals(List.of(16, 16, 32, 96, 112, 112), capacities(spec));
    assertEquals(64 * 2 * 8 * 4, spec.bytesBefore(Part.KEYS, 3));
    assertEquals(384 * 2 * 4 * 4, spec.bytes(Part.VALUES));
    assertEquals(16, spec.fewestCells());
    assertEquals(384 * 2 * 12 * 4, spec.bytes());
    assertEquals(32 * 2 * 12 * 4, spec.bytes(2));
    assertTrue(spec.bounded(3));
    assertFalse(spec.bounded(4));
    KvSpec part = spec.part(1, 4);
    assertEquals(List.of(16, 32, 96), capacities(part));
    assertEquals(100, part.positions());
  }

  @Test
  void commandsThatALayerHasNoPlacesForAreRefused() {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache cache = backend.allocateKv(new KvSpec(64, 1, 8, 8, KvType.F32, List.of(16, 64)));
      Tensor x = backend.allocate(TensorType.F32, 17, 8);
      Tensor out = backend.allocate(TensorType.F32, 9, 8);
      Commands c = backend.record();
      assertThrows(IllegalArgumentException.class, () -> c.storeKv(x, x, cache, 0, 0));
      for (int window : new int[] {0, 9, Integer.MAX_VALUE}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> c.attention(attention(x.rows(0, 9), out, cache, 0, window)));
      }
      c.storeKv(x, x, cache, 1, 0);
      c.attention(attention(x.rows(0, 9), out, cache, 0, 8));
      c.attention(attention(x.rows(0, 9), out, cache, 1, 0));
    }
  }

  @Test
  void layersOfRowsTakeNoPlacesOfKeys() {
    KvSpec.Heads heads = new KvSpec.Heads(2, 8, 4);
    KvSpec spec =
        new KvSpec(
            100,
            KvType.F16,
            List.of(
                Layer.rows(24, 32),
                Layer.of(heads, 100),
                Layer.rows(10, 48),
                Layer.of(heads, 100)));
    assertEquals(2 * 2 * 8 * 112, spec.bytesBefore(Part.KEYS, 3));
    assertEquals(4 * 32 * 24, spec.bytes(0));
    assertEquals(2 * 2 * 12 * 112, spec.bytes(1));
    assertEquals(4 * 32 * 24, spec.bytesBefore(Part.ROWS, 2));
    assertEquals(4 * (32 * 24 + 48 * 10), spec.bytes(Part.ROWS));
    assertEquals(spec.bytes(Part.ROWS) + 2 * 2 * 12 * 224, spec.bytes());
    KvSpec part = spec.part(2, 4);
    assertEquals(10, part.width(0));
    assertEquals(4 * 48 * 10, part.bytes(Part.ROWS));
    assertThrows(IllegalArgumentException.class, () -> new Layer(heads, 1, 16, 0));
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache cache = backend.allocateKv(spec);
      assertEquals(32, cache.rows(0).rows());
      assertEquals(10, cache.rows(2).cols());
      assertThrows(IllegalArgumentException.class, () -> cache.rows(1));
      assertEquals(spec.bytes(), backend.allocatedBytes());
      backend.release(cache);
      assertEquals(0, backend.allocatedBytes());
    }
  }

  private static List<Integer> capacities(KvSpec spec) {
    return spec.layers().stream().map(Layer::capacity).toList();
  }

  @Test
  void layersMayDifferInTheirHeads() {
    KvSpec spec =
        new KvSpec(
            20,
            KvType.Q8_0,
            List.of(
                Layer.of(new KvSpec.Heads(2, 32, 64), 20),
                Layer.of(new KvSpec.Heads(1, 96, 32), 16)));
    assertEquals(34 * 2 * 32, spec.bytes(Part.KEYS, 0));
    assertEquals(34 * 2 * 2 * 32, spec.bytesBefore(Part.VALUES, 1));
    assertEquals(34 * 3 * 16, spec.bytes(Part.KEYS, 1));
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache cache = backend.allocateKv(spec);
      Tensor wide = backend.allocate(TensorType.F32, 1, 128);
      Tensor narrow = backend.allocate(TensorType.F32, 1, 64);
      Commands c = backend.record();
      c.storeKv(narrow, wide, cache, 0, 0);
      assertThrows(IllegalArgumentException.class, () -> c.storeKv(narrow, wide, cache, 1, 0));
    }
  }

  @Test
  void statesAreOfLayersThatHaveThem() {
    List<Layer> layers =
        List.of(
            Layer.of(new KvSpec.Heads(1, 8, 8), 32).withState(10),
            Layer.of(new KvSpec.Heads(1, 8, 8), 32),
            new Layer(KvSpec.Heads.NONE, 0, 32, 6));
    KvSpec spec = new KvSpec(32, KvType.F32, layers, 3);
    assertTrue(spec.recurrent());
    assertFalse(spec.part(1, 2).recurrent());
    assertEquals(4 * 4 * 10, spec.bytesBefore(Part.STATES, 2));
    assertEquals(4 * 4 * 16, spec.bytes(Part.STATES));
    assertEquals(2 * 32 * 16 * 4 + 4 * 4 * 16, spec.bytes());
    assertEquals(4 * 4 * 6, spec.part(2, 3).bytes());
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache cache = backend.allocateKv(spec);
      assertEquals(spec.bytes(), backend.allocatedBytes());
      assertEquals(4, cache.states(2).rows());
      assertEquals(1, cache.state(0).rows());
      assertEquals(10, cache.state(0).cols());
      assertThrows(IllegalArgumentException.class, () -> cache.state(1));
      Tensor x = backend.allocate(TensorType.F32, 1, 8);
      Commands c = backend.record();
      assertThrows(IllegalArgumentException.class, () -> c.storeKv(x, x, cache, 2, 0));
      backend.release(cache);
      assertEquals(x.cols() * 4, backend.allocatedBytes());
    }
  }

  @Test
  void convolutionsThatALayerHasNoPlacesForAreRefused() {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      Tensor x = backend.allocate(TensorType.F32, 15, 8);
      List<Layer> layers = List.of(Layer.rows(8, 16), Layer.of(new KvSpec.Heads(1, 8, 8), 2000));
      KvSpec spec = new KvSpec(2000, KvType.F32, layers);
      KvCache cache = backend.allocateKv(spec);
      Tensor weight = backend.allocate(TensorType.F32, 1, 24);
      Commands c = backend.record();
      c.shortConv(conv(x, weight, cache, 1));
      c.shortConv(conv(x.rows(0, 14), weight, cache, 1000));
      Tensor narrow = backend.allocate(TensorType.F32, 1, 23);
      List<SequenceRows> keys = List.of(new SequenceRows(cache, 0, 15));
      List<Command.ShortConv> wrong =
          List.of(
              conv(x, weight, cache, 2),
              conv(x, weight, cache, -1),
              conv(x, weight, cache, Integer.MAX_VALUE),
              conv(x, narrow, cache, 0),
              new Command.ShortConv(x, x, x, weight, keys, 1, x));
      for (Command.ShortConv command : wrong) {
        assertThrows(IllegalArgumentException.class, () -> c.shortConv(command));
      }
    }
  }

  private static Command.ShortConv conv(Tensor x, Tensor weight, KvCache cache, int position) {
    List<SequenceRows> rows = List.of(new SequenceRows(cache, position, x.rows()));
    return new Command.ShortConv(x, x, x, weight, rows, 0, x);
  }

  private static Command.Attention attention(
      Tensor x, Tensor out, KvCache cache, int layer, int window) {
    return attention(x, out, cache, layer, window, 0);
  }

  private static Command.Attention attention(
      Tensor x, Tensor out, KvCache cache, int layer, int window, int seen) {
    List<SequenceRows> rows = List.of(new SequenceRows(cache, 30, x.rows()));
    return new Command.Attention(x, rows, layer, 1, 1f, 0f, window, seen, out);
  }

  @Test
  void whatAllTokensSeeMustBeThereAndWithAWindowThemselvesToo() {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache cache = backend.allocateKv(new KvSpec(64, 1, 8, 8, KvType.F32, List.of(16, 64)));
      Tensor x = backend.allocate(TensorType.F32, 9, 8);
      Tensor out = backend.allocate(TensorType.F32, 9, 8);
      Commands c = backend.record();
      int[][] refused = {{0, 4, 39}, {0, 0, 39}, {1, 4, 38}, {1, 4, 65}, {1, 0, 65}};
      for (int[] r : refused) {
        Command.Attention a = attention(x, out, cache, r[0], r[1], r[2]);
        assertThrows(IllegalArgumentException.class, () -> c.attention(a));
      }
      c.attention(attention(x, out, cache, 1, 4, 39));
      c.attention(attention(x, out, cache, 1, 0, 20));
    }
  }

  @Test
  void everyRowBelongsToOneSequenceAndEverySequenceHasItsOwnCache() {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      KvCache one = backend.allocateKv(new KvSpec(2, 64, 1, 8, 8));
      KvCache other = backend.allocateKv(new KvSpec(3, 20, 1, 8, 8, KvType.F16));
      KvCache wide = backend.allocateKv(new KvSpec(2, 64, 2, 8, 8));
      Tensor x = backend.allocate(TensorType.F32, 9, 8);
      Tensor out = backend.allocate(TensorType.F32, 9, 8);
      Commands c = backend.record();
      SequenceRows five = new SequenceRows(one, 50, 5);
      List<List<SequenceRows>> refused =
          List.of(
              List.of(),
              List.of(five),
              List.of(five, new SequenceRows(other, 0, 5)),
              List.of(five, new SequenceRows(other, 17, 4)),
              List.of(five, new SequenceRows(other, -1, 4)),
              List.of(five, new SequenceRows(one, 55, 4)),
              List.of(five, new SequenceRows(wide, 0, 4)),
              List.of(five, new SequenceRows(other, 0, 4), new SequenceRows(wide, 0, 0)),
              List.of(new SequenceRows(one, 50, 10), new SequenceRows(other, 0, -1)));
      for (List<SequenceRows> rows : refused) {
        assertThrows(IllegalArgumentException.class, () -> c.storeKv(x, x, rows, 1));
        Command.Attention a = new Command.Attention(x, rows, 1, 1, 1f, 0f, 0, 0, out);
        assertThrows(IllegalArgumentException.class, () -> c.attention(a));
      }
      List<SequenceRows> two = List.of(five, new SequenceRows(other, 16, 4));
      c.storeKv(x, x, two, 1);
      c.attention(new Command.Attention(x, two, 1, 1, 1f, 0f, 0, 0, out));
      Command.Attention all = new Command.Attention(x, two, 1, 1, 1f, 0f, 0, 20, out);
      assertThrows(IllegalArgumentException.class, () -> c.attention(all));
      assertThrows(IllegalArgumentException.class, () -> c.storeKv(x, x, two, 2));
    }
  }

  @Test
  void headsThatAreNoBlocksAreRefusedWithARemedy() {
    for (int[] dims : new int[][] {{48, 64}, {64, 80}}) {
      var e =
          assertThrows(
              UnsupportedCacheException.class,
              () -> new KvSpec(1, 1, 1, dims[0], dims[1], KvType.Q8_0));
      int odd = dims[0] % 32 == 0 ? dims[1] : dims[0];
      assertTrue(e.getMessage().contains("heads of " + odd), e.getMessage());
      assertTrue(e.getMessage().endsWith("use f16"), e.getMessage());
      assertEquals("unsupported_cache", e.code());
    }
  }
}
