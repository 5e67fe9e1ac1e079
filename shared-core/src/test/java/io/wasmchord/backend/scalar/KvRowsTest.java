package io.wasmchord.backend.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.HeapMemory;
import org.junit.jupiter.api.Test;

/** What is left of a value that went through a cache. */
class KvRowsTest {
  private static float[] through(KvType type, float... values) {
    KvRows rows = new KvRows(type);
    HeapMemory memory = HeapMemory.ofSize(Math.toIntExact(type.bytes(values.length)));
    rows.write(values, values.length, memory, 0);
    float[] read = new float[values.length];
    rows.read(memory, 0, read, read.length);
    return read;
  }

  @Test
  void halvesAreTheNearestFiniteOnes() {
    float[] values = {
      1f,
      -0f,
      2049f,
      2051f,
      -65519f,
      65520f,
      1e30f,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      0x1p-25f,
      0x1.8p-24f
    };
    float[] expected = {1f, -0f, 2048f, 2052f, -65504f, 65504f, 65504f, -65504f, 0f, 0f, 0x1p-23f};
    assertArrayEquals(expected, through(KvType.F16, values));
  }

  @Test
  void quantsAreAtMostHalfAStepAway() {
    float[] values = new float[64];
    for (int i = 0; i < 64; i++) {
      values[i] = (i * 37 % 64 - 20) * (i < 32 ? 0.01f : 5f);
    }
    float[] read = through(KvType.Q8_0, values);
    for (int i = 0; i < 64; i++) {
      float step = (i < 32 ? 0.43f : 215f) / 127f;
      assertEquals(values[i], read[i], 0.56f * step);
    }
  }

  @Test
  void quantsStayFinite() {
    float[] values = new float[96];
    values[3] = 1e20f;
    values[40] = Float.POSITIVE_INFINITY;
    values[41] = 1f;
    values[70] = Float.NaN;
    values[71] = 2f;
    float[] read = through(KvType.Q8_0, values);
    assertEquals(127f * 65504f, read[3]);
    assertArrayEquals(new float[32], java.util.Arrays.copyOfRange(read, 32, 64));
    assertEquals(0f, read[70]);
    assertEquals(2f, read[71], 2e-3f);
  }
}
