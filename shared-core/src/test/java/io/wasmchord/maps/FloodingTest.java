package io.wasmchord.maps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that were made to meet: what is looked at for each does not grow with their number. */
class FloodingTest {
  /** Slots a key on average; half empty, without any intent, it is below 1.5. */
  private static final int PROBES = 4;

  /** Texts of one {@link String#hashCode}: "Aa" and "BB" have the same, and so have rows of them. */
  private static List<String> ofOneHash(int bits) {
    List<String> texts = new ArrayList<>();
    for (int n = 0; n < 1 << bits; n++) {
      StringBuilder text = new StringBuilder();
      for (int bit = 0; bit < bits; bit++) {
        text.append((n >> bit & 1) == 0 ? "Aa" : "BB");
      }
      texts.add(text.toString());
    }
    assertEquals(texts.getFirst().hashCode(), texts.getLast().hashCode());
    return texts;
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 13, 14, 15, 16, 17})
  void textsOfOneHashCodeAreFoundAtOnce(int bits) {
    StringIndex index = new StringIndex();
    List<String> texts = ofOneHash(bits);
    texts.forEach(index::add);
    long probes = 0;
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(i, index.find(texts.get(i)));
      probes += index.probes(texts.get(i));
    }
    assertTrue(probes < (long) PROBES * texts.size(), probes + " for " + texts.size());
    assertEquals(texts, index.keys());
  }

  /** Keys that multiples of the golden ratio, which is no secret, take to one slot. */
  private static long[] ofOneProduct(int count) {
    long inverse = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - 0x9E3779B97F4A7C15L * inverse; // Newton's method, modulo 2^64
    }
    assertEquals(1, inverse * 0x9E3779B97F4A7C15L);
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = i * inverse; // times the multiplier it is i, whose upper half is 0
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18})
  void numbersOfOneProductAreFoundAtOnce(int count) {
    for (long[] keys : List.of(ofOneProduct(count), lowBits(count), highBits(count))) {
      LongIntMap map = new LongIntMap(count);
      for (int i = 0; i < count; i++) {
        map.putIfAbsent(keys[i], i);
      }
      long probes = 0;
      for (int i = 0; i < count; i++) {
        assertEquals(i, map.get(keys[i]));
        probes += map.probes(keys[i]);
      }
      assertTrue(probes < (long) PROBES * count, probes + " for " + count);
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
