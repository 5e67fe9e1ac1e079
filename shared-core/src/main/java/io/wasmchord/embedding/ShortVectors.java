package io.wasmchord.embedding;

import io.wasmchord.errors.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Vectors that are cut to their beginning, for models that were trained so that this is a vector,
 * too.
 *
 * @param dimensions how many numbers are kept
 * @param normalize whether what is kept is divided by its length
 */
public record ShortVectors(String architecture, String name, int dimensions, boolean normalize) {
  /** Families that were trained for it; no key of a file says so. */
  private static final List<Family> TRAINED =
      List.of(
          new Family("gemma-embedding", ""),
          new Family("nomic-embed-text-v1.5", ""),
          new Family("nomic-embed-text-v2", ""),
          new Family("qwen3-embedding", ""),
          new Family("qwen3-vl-embedding", ""),
          new Family("mxbai-embed-large", ""),
          new Family("mxbai-embed-xsmall", ""),
          new Family("snowflake-arctic-embed-", "v1.5"),
          new Family("snowflake-arctic-embed-", "v2"),
          new Family("jina-embeddings-v3", ""),
          new Family("jina-embeddings-v4", ""),
          new Family("jina-embeddings-v5", ""));

  /**
   * Models that are called alike.
   *
   * @param start how a word of their names begins
   * @param version what comes later
   */
  private record Family(String start, String version) {
    boolean has(String model) {
      for (int at = model.indexOf(start); at >= 0; at = model.indexOf(start, at + 1)) {
        boolean word = at == 0 || model.charAt(at - 1) == '-';
        if (word && model.indexOf(version, at + start.length()) >= 0) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Refuses a length that the model's vectors cannot have, as far as is known before they are
   * computed.
   *
   * @param hidden how many numbers the model computes with
   */
  public void check(int hidden) {
    if (dimensions != hidden && !trained()) {
      throw refuse();
    }
  }

  private boolean trained() {
    String called = plain(name);
    return TRAINED.stream().anyMatch(family -> family.has(architecture) || family.has(called));
  }

  private InvalidRequestException refuse() {
    return new InvalidRequestException(
        "dimensions is "
            + dimensions
            + ", but "
            + name
            + " is not known to be trained for shorter vectors; if it is, leave dimensions out,"
            + " take the first "
            + dimensions
            + " numbers of each vector and divide them by their length");
  }

  /**
   * The beginning of a vector.
   *
   * @throws InvalidRequestException when it has fewer numbers, or the model is not known to be
   *     trained for it
   */
  public float[] cut(float[] vector) {
    if (dimensions > vector.length) {
      throw new InvalidRequestException(
          "dimensions is "
              + dimensions
              + "; the vectors of "
              + name
              + " have "
              + vector.length
              + " numbers");
    }
    if (dimensions == vector.length) {
      return vector;
    }
    if (!trained()) {
      throw refuse();
    }
    float[] kept = Arrays.copyOf(vector, dimensions);
    Vectors.finish(kept, normalize);
    return kept;
  }

  /** A name in lower case, with a hyphen for whatever is neither letter, digit nor point. */
  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      boolean kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
      if (kept) {
        plain.append(c);
      } else if (plain.isEmpty() || plain.charAt(plain.length() - 1) != '-') {
        plain.append('-');
      }
    }
    return plain.toString();
  }
}
