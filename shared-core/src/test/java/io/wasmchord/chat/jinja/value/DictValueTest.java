package io.wasmchord.chat.jinja.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DictValueTest {
  /** Comparisons of keys that {@code keys} cost in a dictionary, put and looked for. */
  private static long comparisons(List<Value> keys) {
    long[] count = {0};
    KeyOrder order = new KeyOrder();
    DictValue dict =
        new DictValue((a, b) -> {
          count[0]++;
          return order.compare(a, b);
        });
    for (int i = 0; i < keys.size(); i++) {
      dict.put(keys.get(i), Value.of(i));
    }
    for (int i = 0; i < keys.size(); i++) {
      assertEquals(Value.of(i), dict.get(keys.get(i)));
    }
    assertEquals(keys.size(), dict.size());
    return count[0];
  }

  private static void assertNearlyLinear(List<Value> keys) {
    long half = comparisons(keys.subList(0, keys.size() / 2));
    long all = comparisons(keys);
    assertTrue(all < 2.2 * half, half + " comparisons, and " + all + " for twice as many keys");
    assertTrue(all < 80L * keys.size(), all + " comparisons for " + keys.size() + " keys");
  }

  @Test
  void keysOfOneHashAreFoundInFewComparisons() {
    List<Value> tuples = new ArrayList<>();
    List<Value> integers = new ArrayList<>();
    List<Value> texts = new ArrayList<>();
    for (int i = 0; i < 1 << 14; i++) {
      tuples.add(ListValue.tuple(Value.of(i), Value.of(-31 * i)));
      integers.add(Value.of(((long) i << 32) | i)); // Long's hash joins its halves
      StringBuilder text = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // of one hash
      }
      texts.add(Value.of(text.toString()));
    }
    assertEquals(1, texts.stream().map(Value::hashCode).distinct().count());
    for (List<Value> keys : List.of(tuples, integers, texts)) {
      assertNearlyLinear(keys);
    }
  }

  /** In order of insertion, as a dictionary of Python's. */
  @Test
  void dictionariesKeepTheirOrder() {
    Random random = new Random(3);
    DictValue dict = new DictValue();
    Map<Long, Long> expected = new LinkedHashMap<>();
    for (int i = 0; i < 5000; i++) {
      long key = random.nextInt(300);
      if (random.nextInt(3) == 0) {
        assertEquals(expected.remove(key) != null, dict.remove(Value.of(key)) != null);
      } else {
        expected.put(key, (long) i);
        dict.put(Value.of(key), Value.of(i));
      }
    }
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    expected.forEach((k, v) -> {
      keys.add(Value.of(k));
      values.add(Value.of(v));
    });
    assertEquals(keys, dict.keys());
    assertEquals(values, dict.values());
  }
}
