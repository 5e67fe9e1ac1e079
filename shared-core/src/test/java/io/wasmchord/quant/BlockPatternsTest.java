package io.wasmchord.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of random bytes decode to what ggml decodes them to; their digests are recorded. */
class BlockPatternsTest {
  static List<String> patterns() {
    return QuantVectors.lines("patterns.tsv");
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void decodesAsGgmlDoes(String line) {
    String[] f = line.split("\t", -1);
    TensorType type = QuantVectors.named(f[0]);
    byte[] blocks = new byte[Integer.parseInt(f[1]) * type.blockBytes()];
    long state = type.id();
    for (int i = 0; i < blocks.length; i++) {
      state += 0x9E3779B97F4A7C15L;
      blocks[i] = (byte) mixed(state);
    }
    long hash = 0xCBF29CE484222325L;
    for (float value : Recoding.decode(type, blocks)) {
      int bits = Float.floatToIntBits(value); // NaN is one value
      for (int i = 0; i < 4; i++) {
        hash = (hash ^ (bits >> 8 * i & 0xFF)) * 0x100000001B3L;
      }
    }
    assertEquals(f[2], String.format("%016x", hash), type.name());
  }

  /** SplitMix64, which the generator of the digests has too. */
  private static long mixed(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
