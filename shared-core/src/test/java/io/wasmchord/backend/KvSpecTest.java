package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KvSpecTest {
  @Test
  void bytesAreThoseOfTheType() {
    long values = 2L * 10 * 3 * (64 + 32);
    assertEquals(4 * values, new KvSpec(2, 10, 3, 64, 32).bytes());
    assertEquals(2 * values, new KvSpec(2, 10, 3, 64, 32, KvType.F16).bytes());
    assertEquals(values / 32 * 34, new KvSpec(2, 10, 3, 64, 32, KvType.Q8_0).bytes());
    assertEquals(
        4L * 100 * 131_072 * 8 * 256, new KvSpec(100, 131_072, 8, 128, 128).bytes(), "no overflow");
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
