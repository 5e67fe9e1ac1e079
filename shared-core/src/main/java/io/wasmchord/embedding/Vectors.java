package io.wasmchord.embedding;

import io.wasmchord.errors.GenerationException;
import io.wasmchord.model.config.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Pooling and lengths, in double precision and a fixed order; {@code docs/arithmetic.md}. */
public final class Vectors {
  private Vectors() {}

  /**
   * The vectors of a text, as rows of {@code size} values.
   *
   * @param rows [tokens, size], row-major
   */
  static float[] pool(float[] rows, int size, Pooling pooling) {
    return switch (pooling) {
      case NONE -> rows;
      case MEAN -> mean(rows, size);
      case CLS -> row(rows, size, 0);
      case LAST -> row(rows, size, rows.length / size - 1);
    };
  }

  /** The rows, each as an array of its own. */
  static List<float[]> rows(float[] rows, int size) {
    return IntStream.range(0, rows.length / size).mapToObj(i -> row(rows, size, i)).toList();
  }

  private static float[] row(float[] rows, int size, int token) {
    return Arrays.copyOfRange(rows, token * size, (token + 1) * size);
  }

  private static float[] mean(float[] rows, int size) {
    float[] mean = new float[size];
    int tokens = rows.length / size;
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int t = 0; t < tokens; t++) {
        sum += rows[t * size + i];
      }
      mean[i] = (float) (sum / tokens);
    }
    return mean;
  }

  /**
   * Divides a vector by its length, if asked to; one of zeros stays what it is.
   *
   * @throws GenerationException when values are not finite numbers
   */
  static void finish(float[] vector, boolean normalize) {
    double length = Math.sqrt(dot(vector, vector));
    if (!(length < Double.POSITIVE_INFINITY)) {
      throw new GenerationException(
          "the model gives values that are not finite numbers; the file may be damaged:"
              + " download it again or try another quantization");
    }
    if (normalize && length > 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) (vector[i] / length);
      }
    }
  }

  /** The cosine of the angle between two vectors; 0 where one of them is all zeros. */
  public static double cosine(float[] a, float[] b) {
    double lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
    return lengths == 0 ? 0 : dot(a, b) / lengths;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
