package io.wasmchord.maps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StringIndexTest {
  @Test
  void findsStretchesWithoutMakingThem() {
    StringIndex index = new StringIndex();
    Random random = new Random(5);
    int found = 0;
    for (int i = 0; i < 3000; i++) {
      index.add(text(random, 1 + random.nextInt(4)));
      String text = text(random, 1 + random.nextInt(6));
      int from = random.nextInt(text.length() + 1);
      int to = from + random.nextInt(text.length() - from + 1);
      int stretch = index.find(text.substring(from, to));
      assertEquals(stretch, index.find(text, from, to));
      int left = random.nextInt(text.length());
      int joined = index.find(text.substring(0, left) + text.substring(left + 1));
      assertEquals(joined, index.findWithout(text, left));
      found += (stretch >= 0 ? 1 : 0) + (joined >= 0 ? 1 : 0);
    }
    assertTrue(found > 1000, "found " + found);
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("ab \u2581".charAt(random.nextInt(4)));
    }
    return text.toString();
  }
}
