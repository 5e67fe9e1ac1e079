package io.wasmchord.quant.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.QuantVectors;
import io.wasmchord.quant.TensorType;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What formats state, against their decoders, ggml and each other. */
class BlockFormatTest {
  static List<IntegerFormat> integers() {
    return formats(IntegerFormat.class).toList();
  }

  static List<WeightFormat> weights() {
    return formats(WeightFormat.class).toList();
  }

  private static <F> Stream<F> formats(Class<F> kind) {
    return Arrays.stream(TensorType.values())
        .map(TensorType::format)
        .filter(kind::isInstance)
        .map(kind::cast);
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(BlockFormatTest::leaves)
        : Stream.of(type);
  }

  @Test
  void everyFormatIsATensorsType() {
    Set<String> used =
        formats(BlockFormat.class).map(f -> f.getClass().getName()).collect(Collectors.toSet());
    Set<String> written = leaves(BlockFormat.class).map(Class::getName).collect(Collectors.toSet());
    assertEquals(written, used);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aTypeIsCalledAsItsFormat(TensorType type) {
    assertEquals(type.name(), type.format().name());
    assertEquals(type, TensorType.byId(type.format().id()));
    assertEquals(type, TensorType.byName(type.format().name().toLowerCase()));
  }

  @Test
  void partnersAreGgmls() {
    for (QuantVectors vectors : QuantVectors.all()) {
      if (vectors.type().format() instanceof IntegerFormat format) {
        assertEquals(vectors.partner().name(), format.partner().name(), format.name());
        assertEquals(vectors.partner().blockElements(), format.partner().blockValues());
      }
    }
  }

  /**
   * What random bytes and those of all ones and zeros unpack to is all of the range, and no more.
   */
  @ParameterizedTest
  @MethodSource("integers")
  void rangesAreWhatBlocksCanHold(IntegerFormat format) {
    Set<Integer> quants = new TreeSet<>();
    Set<Integer> scales = new TreeSet<>();
    Set<Integer> minimums = new TreeSet<>();
    UnpackedBlock block = new UnpackedBlock();
    byte[] bytes = new byte[format.bytes()];
    Random random = new Random(8);
    for (int run = 0; run < 3000; run++) {
      random.nextBytes(bytes);
      format.unpack(bytes, 0, block);
      for (int i = 0; i < format.values(); i++) {
        quants.add((int) block.q()[i]);
      }
      for (int g = 0; format.scaled() && g < format.values() / format.group(); g++) {
        scales.add(block.scale()[g]);
        minimums.add(block.min()[g]);
      }
    }
    assertEquals(List.of(format.quants().least(), format.quants().most()), ends(quants));
    switch (format) {
      case PlainFormat _, OffsetFormat _, PartedFormat _ -> assertTrue(!format.scaled());
      case ScaledFormat f ->
          assertEquals(List.of(f.scales().least(), f.scales().most()), ends(scales));
      case MinimumFormat f -> {
        assertEquals(List.of(f.scales().least(), f.scales().most()), ends(scales));
        assertEquals(ends(scales), ends(minimums));
      }
    }
  }

  private static List<Integer> ends(Set<Integer> values) {
    TreeSet<Integer> sorted = new TreeSet<>(values);
    return List.of(sorted.first(), sorted.last());
  }

  /** Every byte of a block goes to a place of its own, and back. */
  @ParameterizedTest
  @MethodSource("weights")
  void interleavingLosesNothing(WeightFormat format) {
    for (int rows : new int[] {1, 4, 8, 16, 32}) {
      BlockLayout layout = BlockLayout.of(format, rows);
      BitSet file = new BitSet();
      BitSet interleaved = new BitSet();
      for (int i = 0; i < layout.halves(); i++) {
        once(file, layout.halvesAt() + 2 * i, 2);
        once(interleaved, layout.half(i), 2 * rows);
      }
      for (int i = 0; i < layout.octets(); i++) {
        once(file, layout.octetsAt() + i, 1);
        once(interleaved, layout.octet(i), rows);
      }
      for (int i = 0; i < layout.words(); i++) {
        once(file, layout.wordsAt() + 4 * i, 4);
        once(interleaved, layout.word(i), 4 * rows);
      }
      assertEquals(format.bytes(), file.cardinality());
      assertEquals(layout.bytes(), interleaved.cardinality());
      assertEquals(layout.bytes(), interleaved.length());
    }
  }

  private static void once(BitSet bytes, int at, int count) {
    for (int i = at; i < at + count; i++) {
      assertTrue(!bytes.get(i), "byte " + i);
      bytes.set(i);
    }
  }
}
