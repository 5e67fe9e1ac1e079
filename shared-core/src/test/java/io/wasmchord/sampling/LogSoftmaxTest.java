package io.wasmchord.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogSoftmaxTest {
  @Test
  void isThePlainFormula() {
    Random random = new Random(3);
    float[] logits = new float[300];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(60) / 4f;
    }
    LogSoftmax softmax = new LogSoftmax(logits, 20, 250);
    double total = IntStream.range(20, 270).mapToDouble(i -> Math.exp(logits[i])).sum();
    double all = 0;
    for (int id = 0; id < 250; id++) {
      double expected = logits[20 + id] - Math.log(total);
      assertEquals(expected, softmax.of(id), Math.abs(expected) * 1e-12);
      all += Math.exp(softmax.of(id));
    }
    assertEquals(1, all, 1e-12);
    int[] sorted =
        IntStream.range(0, 250)
            .filter(id -> logits[20 + id] > Float.NEGATIVE_INFINITY)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -logits[20 + id]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int most : new int[] {0, 1, 5, 20}) {
      assertArrayEquals(IntStream.of(sorted).limit(most).toArray(), softmax.best(most));
    }
    assertArrayEquals(sorted, softmax.best(1000)); // and equal ones by their ids
    assertEquals(sorted[0], softmax.best());
  }

  @Test
  void extremesAreNumbers() {
    float[] logits = {-Float.MAX_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
    LogSoftmax softmax = new LogSoftmax(logits, 0, 3);
    assertEquals(0, softmax.of(1));
    assertTrue(softmax.of(0) < -1e38 && softmax.of(0) > Double.NEGATIVE_INFINITY);
    assertEquals(Double.NEGATIVE_INFINITY, softmax.of(2));
    assertEquals(0, new LogSoftmax(new float[] {-9}, 0, 1).of(0));
  }
}
