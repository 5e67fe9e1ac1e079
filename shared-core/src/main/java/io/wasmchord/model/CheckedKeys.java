package io.wasmchord.model;

import io.wasmchord.gguf.Metadata;

/**
 * The hyper-parameters under an architecture's prefix, each checked as it is read.
 *
 * @param file its name, for messages
 */
record CheckedKeys(Architecture a, Metadata metadata, String file) {
  private static final long MAX_ROWS = 1 << 26; // of what heads or experts have together

  boolean has(String suffix) {
    return metadata.has(a.key(suffix));
  }

  int positive(String suffix, int max) {
    int value = metadata.int32(a.key(suffix));
    require(value > 0 && value <= max, suffix + " is " + value + ", not within 1.." + max);
    return value;
  }

  int positive(String suffix, int max, int otherwise) {
    return has(suffix) ? positive(suffix, max) : otherwise;
  }

  float positive(String suffix, float otherwise) {
    float value = metadata.float32(a.key(suffix), otherwise);
    require(value > 0 && value < Float.POSITIVE_INFINITY, suffix + " is " + value);
    return value;
  }

  float notNegative(String suffix, float otherwise) {
    float value = metadata.float32(a.key(suffix), otherwise);
    require(value >= 0 && value < Float.POSITIVE_INFINITY, suffix + " is " + value);
    return value;
  }

  float epsilon(String suffix) {
    float value = metadata.float32(a.key(suffix));
    require(value >= 0 && value < 1, suffix + " is " + value);
    return value;
  }

  /** A key that may be missing, but says nothing else. */
  void same(String suffix, int expected) {
    int value = metadata.int32(a.key(suffix), expected);
    require(value == expected, suffix + " is " + value + ", not " + expected);
  }

  void requireRows(String suffix, int count, String what, int each) {
    require(
        (long) count * each <= MAX_ROWS,
        suffix + " is " + count + " with " + each + " " + what + ", beyond " + MAX_ROWS);
  }

  void require(boolean ok, String message) {
    if (!ok) {
      throw new InvalidModelException(
          file
              + ": "
              + a.key("")
              + message
              + ". The file may be converted wrongly: choose another of this model.");
    }
  }
}
