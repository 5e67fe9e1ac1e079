package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import java.util.Arrays;

/**
 * The hyper-parameters under an architecture's prefix, each checked as it is read. An integer may
 * stand as an array with an entry for each layer, as converters write it where the architecture
 * could have layers of several sizes; only where {@link #each} asks may the entries differ.
 *
 * @param file its name, for messages
 */
record CheckedKeys(Architecture a, Metadata metadata, String file) {
  static final String LAYERS = "block_count";
  static final String NEXT = "nextn_predict_layers";
  private static final long MAX_ROWS = 1 << 26; // of what heads or experts have together

  boolean has(String suffix) {
    return metadata.has(a.key(suffix));
  }

  /** Blocks that a token goes through: what predicts further tokens comes after them. */
  int layers(int max) {
    int all = positive(LAYERS, max);
    int next = next();
    require(next >= 0 && next < all, NEXT + " is " + next + " of " + all + " blocks");
    return all - next;
  }

  private int next() {
    return metadata.int32(a.key(NEXT), 0);
  }

  boolean bool(String suffix, boolean otherwise) {
    return metadata.bool(a.key(suffix), otherwise);
  }

  /** The entries for the layers of an array, which may have further ones for what comes after. */
  int[] ofLayers(String suffix, int layers) {
    int[] values = metadata.ints(a.key(suffix));
    require(
        values.length == layers || values.length == layers + next(),
        suffix + " has " + values.length + " entries, not " + layers);
    return Arrays.copyOf(values, layers);
  }

  int int32(String suffix, int otherwise) {
    return has(suffix) ? int32(suffix) : otherwise;
  }

  private int int32(String suffix) {
    String key = a.key(suffix);
    if (suffix.equals(LAYERS) || !(metadata.value(key) instanceof GgufValue.Ints)) {
      return metadata.int32(key);
    }
    int layers = metadata.int32(a.key(LAYERS)) - next();
    require(layers > 0, LAYERS + " is " + layers);
    int[] values = ofLayers(suffix, layers);
    for (int layer = 1; layer < layers; layer++) {
      if (values[layer] != values[0]) {
        throw new UnsupportedModelException(
            file
                + ": "
                + key
                + " is "
                + values[0]
                + " for layer 0 and "
                + values[layer]
                + " for layer "
                + layer
                + "; this version runs models whose layers all have the same. Choose another model.");
      }
    }
    return values[0];
  }

  /** A number that may be another for each layer. */
  int[] each(String suffix, int layers, int least, int most) {
    String key = a.key(suffix);
    int[] values;
    if (metadata.value(key) instanceof GgufValue.Ints) {
      values = ofLayers(suffix, layers);
    } else {
      values = new int[layers];
      Arrays.fill(values, metadata.int32(key));
    }
    for (int value : values) {
      require(
          value >= least && value <= most,
          suffix + " is " + value + ", not within " + least + ".." + most);
    }
    return values;
  }

  /** Numbers of the layers. */
  float[] floats(String suffix, int layers) {
    float[] values = metadata.floats(a.key(suffix));
    require(values.length == layers, suffix + " has " + values.length + " entries, not " + layers);
    return values;
  }

  int positive(String suffix, int max) {
    int value = int32(suffix);
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
    int value = int32(suffix, expected);
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
