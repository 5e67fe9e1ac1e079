package io.wasmchord.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.ReferenceData;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders and quantizers against ggml's own output. */
class ReferenceBlocksTest {
  private static final String[] DECODED = {
    "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ4_NL", "IQ4_XS"
  };

  private static byte[] file(TensorType type, String suffix) {
    return ReferenceData.bytes(ReferenceData.vectors("quant/" + type.name().toLowerCase(Locale.ROOT) + suffix));
  }

  private static float[] floats(TensorType type, String suffix) {
    return ReferenceData.floats(ReferenceData.vectors("quant/" + type.name().toLowerCase(Locale.ROOT) + suffix));
  }

  static float[] decode(TensorType type, byte[] bytes) {
    BlockFormat format = BlockFormats.of(type);
    int n = type.blockElements();
    float[] values = new float[bytes.length / type.blockBytes() * n];
    for (int b = 0; b * n < values.length; b++) {
      format.decode(bytes, b * type.blockBytes(), values, b * n);
    }
    return values;
  }

  @Test
  void sizesAreGgmls() throws Exception {
    List<String> lines = Files.readAllLines(ReferenceData.vectors("quant/types.tsv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      TensorType type = TensorType.byName(fields[0]);
      assertNotNull(type, fields[0]);
      assertEquals(type, TensorType.byId(Integer.parseInt(fields[1])));
      assertEquals(Integer.parseInt(fields[2]), type.blockElements());
      assertEquals(Integer.parseInt(fields[3]), type.blockBytes());
      assertEquals(Long.parseLong(fields[5]), type.rowBytes(Long.parseLong(fields[4])));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {
    "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ4_NL", "IQ4_XS"
  })
  void decodesBitForBit(TensorType type) {
    float[] expected = floats(type, ".deq.f32");
    float[] actual = decode(type, file(type, ".q.bin"));
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(actual[i]), type + " value " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q4_0", "Q4_1", "Q4_K"})
  void quantizesActivationsByteForByte(String name) {
    TensorType type = TensorType.valueOf(name);
    float[] x = floats(type, ".act.f32");
    byte[] expected = file(type, ".actq.bin");
    TensorType format = name.equals("Q4_0") ? TensorType.Q8_0 : name.equals("Q4_1") ? TensorType.Q8_1 : TensorType.Q8_K;
    assertArrayEquals(expected, encode(format, x));
  }

  static byte[] encode(TensorType type, float[] x) {
    BlockEncoder encoder = BlockEncoders.of(type);
    int n = type.blockElements();
    byte[] bytes = new byte[x.length / n * type.blockBytes()];
    for (int b = 0; b * n < x.length; b++) {
      encoder.encode(x, b * n, bytes, b * type.blockBytes());
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(names = {
    "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K"
  })
  void encodesByteForByte(TensorType type) {
    byte[] expected = file(type, ".q.bin");
    byte[] actual = encode(type, floats(type, ".in.f32"));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], type + " block " + i / type.blockBytes() + " byte " + i % type.blockBytes());
    }
  }

  @Test
  void everyBytePatternDecodesWithinItsBlock() {
    Random random = new Random(3);
    for (String name : DECODED) {
      TensorType type = TensorType.valueOf(name);
      byte[] block = new byte[type.blockBytes()];
      float[] values = new float[type.blockElements() + 2];
      for (int i = 0; i < 2000; i++) {
        random.nextBytes(block);
        Arrays.fill(values, 42f);
        BlockFormats.of(type).decode(block, 0, values, 1);
        assertTrue(values[0] == 42f && values[values.length - 1] == 42f, name);
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
        assertEquals(Float.floatToFloat16(value), (short) Float16.fromFloat(value), () -> "value " + value);
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
    Q8K.quantizeBlock(x, 0, q, 0, new short[16], 0);
    assertEquals(0, q[0]);
    Q8_0.quantizeBlock(x, 0, q, 0);
    assertEquals(0, q[0]);
  }
}
