package io.wasmchord.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.math.Float16;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.Q8_K;
import io.wasmchord.quant.format.WeightedEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders and quantizers against ggml's own output. */
class ReferenceBlocksTest {
  static List<QuantVectors> all() {
    return QuantVectors.all();
  }

  static List<QuantVectors> encoded() {
    return all().stream().filter(v -> v.type().format().encoder().isPresent()).toList();
  }

  static List<QuantVectors> weighted() {
    return all().stream().filter(v -> v.type().format().weightedEncoder().isPresent()).toList();
  }

  static List<QuantVectors> weights() {
    return all().stream().filter(v -> v.partner() != null).toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void sizesAreGgmls(QuantVectors vectors) {
    TensorType type = vectors.type();
    assertEquals(type, TensorType.byId(vectors.id()));
    assertEquals(vectors.blockElements(), type.blockElements());
    assertEquals(vectors.blockBytes(), type.blockBytes());
    assertEquals(vectors.rowBytes(), type.rowBytes(vectors.cols()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void decodesBitForBit(QuantVectors vectors) {
    float[] expected = vectors.decoded();
    float[] actual = Recoding.decode(vectors.type(), vectors.quantized());
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          Float.floatToRawIntBits(expected[i]),
          Float.floatToRawIntBits(actual[i]),
          vectors + " value " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("weights")
  void quantizesActivationsByteForByte(QuantVectors vectors) {
    assertArrayEquals(
        vectors.roundedActivation(), Recoding.encode(vectors.partner(), vectors.activation()));
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void encodesByteForByte(QuantVectors vectors) {
    TensorType type = vectors.type();
    byte[] expected = vectors.quantized();
    byte[] actual = Recoding.encode(type, vectors.values());
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i],
          actual[i],
          type + " block " + i / type.blockBytes() + " byte " + i % type.blockBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void encodesByImportanceByteForByte(QuantVectors vectors) {
    TensorType type = vectors.type();
    WeightedEncoder encoder = type.format().weightedEncoder().orElseThrow();
    byte[] expected = vectors.quantizedByImportance();
    float[] importances = new float[vectors.cols() + 3]; // as those of a second expert lie
    System.arraycopy(vectors.importances(), 0, importances, 3, vectors.cols());
    int rowBytes = (int) vectors.rowBytes();
    byte[] actual = new byte[rowBytes];
    for (int r = 0; r < vectors.rows(); r++) {
      float[] row =
          Arrays.copyOfRange(vectors.values(), r * vectors.cols(), (r + 1) * vectors.cols());
      encoder.encode(row, importances, 3, actual);
      for (int i = 0; i < rowBytes; i++) {
        assertEquals(
            expected[r * rowBytes + i],
            actual[i],
            type
                + " row "
                + r
                + " block "
                + i / type.blockBytes()
                + " byte "
                + i % type.blockBytes());
      }
    }
  }

  @Test
  void everyBytePatternDecodesWithinItsBlock() {
    Random random = new Random(3);
    for (QuantVectors vectors : all()) {
      TensorType type = vectors.type();
      byte[] block = new byte[type.blockBytes()];
      float[] values = new float[type.blockElements() + 2];
      for (int i = 0; i < 2000; i++) {
        random.nextBytes(block);
        Arrays.fill(values, 42f);
        type.format().decoder().orElseThrow().decode(block, 0, values, 1);
        assertTrue(values[0] == 42f && values[values.length - 1] == 42f, type.name());
      }
    }
  }

  @Test
  void halfPrecisionIsTheJdks() {
    for (int bits = 0; bits < 65536; bits++) {
      assertEquals(Float.float16ToFloat((short) bits), Float16.toFloat(bits), "bits " + bits);
    }
    Random random = new Random(5);
    for (int i = 0; i < 2_000_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value)) {
        assertEquals(
            Float.floatToFloat16(value), (short) Float16.fromFloat(value), () -> "value " + value);
      }
    }
    for (int bits = 0; bits < 0x7C00; bits++) { // the ties between neighbours
      float tie = (float) (((double) Float16.toFloat(bits) + Float16.toFloat(bits + 1)) / 2);
      assertEquals(Float.floatToFloat16(tie), (short) Float16.fromFloat(tie));
    }
    assertTrue(Float.isNaN(Float16.round(Float.NaN)));
  }

  @Test
  void brokenActivationsGiveDefinedIntegers() {
    float[] x = new float[256];
    Arrays.fill(x, 1f);
    x[0] = Float.NaN;
    x[1] = Float.POSITIVE_INFINITY;
    x[2] = Float.NEGATIVE_INFINITY;
    byte[] q = new byte[256];
    Q8_K.quantizeBlock(x, 0, q, 0, new short[16], 0);
    assertEquals(0, q[0]);
    Q8_0.quantizeBlock(x, 0, q, 0);
    assertEquals(0, q[0]);
  }
}
