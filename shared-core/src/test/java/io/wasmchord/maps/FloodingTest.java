package io.wasmchord.maps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that were made to meet: what is looked at for each does not grow with their number. */
class FloodingTest {
  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 13, 14, 15, 16, 17})
  void textsOfOneHashCodeAreFoundAtOnce(int bits) {
    List<String> texts = Flooding.ofOneHash(bits);
    assertEquals(1, texts.stream().mapToInt(String::hashCode).distinct().count());
    long probes = Flooding.probesOfTexts(bits);
    assertTrue(probes < (long) Flooding.PROBES << bits, probes + " for " + texts.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18})
  void numbersOfOneProductAreFoundAtOnce(int count) {
    for (long[] keys : List.of(Flooding.ofOneProduct(count), lowBits(count), highBits(count))) {
      long probes = Flooding.probes(keys);
      assertTrue(probes < (long) Flooding.PROBES * count, probes + " for " + count);
    }
  }

  private static long[] lowBits(int count) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = i;
    }
    return keys;
  }

  private static long[] highBits(int count) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = (long) i << 40;
    }
    return keys;
  }

  @Test
  void anotherRunScattersOtherwise() {
    Scatter one = new Scatter(0x1234567890ABCDEFL, 0xFEDCBA9876543211L);
    Scatter other = new Scatter(0x1234567890ABCDEFL, 0xFEDCBA9876543213L);
    assertNotEquals(one.of("token"), other.of("token"));
    assertNotEquals(one.of(77), other.of(77));
    assertEquals(1, Scatter.OF_THIS_RUN.first() & Scatter.OF_THIS_RUN.second() & 1);
  }

  @Test
  void doesAsAnOrdinaryMapDoes() {
    Random random = new Random(3);
    StringIndex index = new StringIndex();
    Map<String, Integer> ordinary = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = Integer.toString(random.nextInt(8000), 36);
      assertEquals(ordinary.getOrDefault(key, StringIndex.ABSENT), index.find(key));
      int next = ordinary.size();
      ordinary.putIfAbsent(key, next);
      assertEquals(ordinary.get(key), index.add(key));
      assertEquals(ordinary.size(), index.size());
    }
    assertEquals(StringIndex.ABSENT, index.find(""));
    assertEquals(index.size(), index.add(""));
  }
}
