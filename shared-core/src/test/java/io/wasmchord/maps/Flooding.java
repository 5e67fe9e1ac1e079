package io.wasmchord.maps;

import java.util.ArrayList;
import java.util.List;

/** Keys that were made to meet, and what is looked at for them. Runs in browsers too. */
public final class Flooding {
  /** Slots a key on average; half empty, without any intent, it is below 1.5. */
  public static final int PROBES = 4;

  private static final long RATIO = 0x9E3779B97F4A7C15L; // the golden one, which is no secret

  private Flooding() {}

  /**
   * A line for each of some numbers of keys, doubling: the number, and slots that were looked at.
   */
  public static String figures() {
    StringBuilder lines = new StringBuilder();
    for (int bits = 10; bits <= 16; bits++) {
      lines.append(1 << bits).append(' ').append(probesOfTexts(bits)).append('\n');
      lines.append(1 << bits).append(' ').append(probes(ofOneProduct(1 << bits))).append('\n');
    }
    return lines.toString();
  }

  /**
   * Texts of one {@link String#hashCode}: "Aa" and "BB" have the same, and so have rows of them.
   */
  static List<String> ofOneHash(int bits) {
    List<String> texts = new ArrayList<>();
    for (int n = 0; n < 1 << bits; n++) {
      StringBuilder text = new StringBuilder();
      for (int bit = 0; bit < bits; bit++) {
        text.append((n >> bit & 1) == 0 ? "Aa" : "BB");
      }
      texts.add(text.toString());
    }
    return texts;
  }

  static long probesOfTexts(int bits) {
    StringIndex index = new StringIndex();
    List<String> texts = ofOneHash(bits);
    texts.forEach(index::add);
    long probes = 0;
    for (int i = 0; i < texts.size(); i++) {
      if (index.find(texts.get(i)) != i) {
        throw new IllegalStateException(texts.get(i));
      }
      probes += index.probes(texts.get(i));
    }
    return probes;
  }

  /** Keys whose product with {@link #RATIO} has an upper half of 0. */
  static long[] ofOneProduct(int count) {
    long inverse = RATIO;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - RATIO * inverse; // Newton's method, modulo 2^64
    }
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = i * inverse;
    }
    return keys;
  }

  static long probes(long[] keys) {
    LongIntMap map = new LongIntMap(keys.length);
    for (int i = 0; i < keys.length; i++) {
      map.putIfAbsent(keys[i], i);
    }
    long probes = 0;
    for (int i = 0; i < keys.length; i++) {
      if (map.get(keys[i]) != i) {
        throw new IllegalStateException("key " + keys[i]);
      }
      probes += map.probes(keys[i]);
    }
    return probes;
  }
}
