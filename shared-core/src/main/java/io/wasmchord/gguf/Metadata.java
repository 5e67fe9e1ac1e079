package io.wasmchord.gguf;

import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.maps.StringIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a file's key-value pairs. A missing key or a value of another type is a {@link
 * MalformedGgufException} that names file, key and both types, except where a default is given for
 * a missing key.
 */
public final class Metadata {
  private static final String REMEDY = ". The file may be converted wrongly.";

  private final StringIndex keys;
  private final List<GgufValue> values;
  private final String file;

  /** A value for each key. */
  Metadata(StringIndex keys, List<GgufValue> values, String file) {
    this.keys = keys;
    this.values = List.copyOf(values);
    this.file = file;
  }

  /** All keys in the file's order. */
  public List<String> keys() {
    return keys.keys();
  }

  public boolean has(String key) {
    return keys.find(key) >= 0;
  }

  /** The value as it stands, or null. */
  public @Nullable GgufValue value(String key) {
    int found = keys.find(key);
    return found < 0 ? null : values.get(found);
  }

  public String string(String key) {
    return require(key, "a string") instanceof GgufValue.Text(String value)
        ? value
        : wrong(key, "a string");
  }

  public String string(String key, String otherwise) {
    return has(key) ? string(key) : otherwise;
  }

  /** Any integer type, if the value fits 64 bits signed. */
  public long int64(String key) {
    if (require(key, "an integer") instanceof GgufValue.Int(GgufType type, long value)
        && (type != GgufType.UINT64 || value >= 0)) {
      return value;
    }
    return wrong(key, "an integer");
  }

  /** Any integer type, if the value fits 32 bits signed. */
  public int int32(String key) {
    long value = int64(key);
    if ((int) value != value) {
      throw new MalformedGgufException(
          file + ": " + key + " is " + value + ", which does not fit 32 bits" + REMEDY);
    }
    return (int) value;
  }

  public int int32(String key, int otherwise) {
    return has(key) ? int32(key) : otherwise;
  }

  public float float32(String key) {
    return require(key, "a float") instanceof GgufValue.Real(GgufType type, double value)
        ? (float) value
        : wrong(key, "a float");
  }

  public float float32(String key, float otherwise) {
    return has(key) ? float32(key) : otherwise;
  }

  public boolean bool(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    return require(key, "a bool") instanceof GgufValue.Bool(boolean value)
        ? value
        : wrong(key, "a bool");
  }

  public List<String> strings(String key) {
    return require(key, "an array of strings") instanceof GgufValue.Texts(List<String> list)
        ? list
        : wrong(key, "an array of strings");
  }

  /** An array of floats, rounded to float32. */
  public float[] floats(String key) {
    if (!(require(key, "an array of floats")
        instanceof GgufValue.Reals(GgufType type, double[] reals))) {
      return wrong(key, "an array of floats");
    }
    float[] result = new float[reals.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) reals[i];
    }
    return result;
  }

  /** An array of integers that fit 32 bits signed. */
  public int[] ints(String key) {
    if (!(require(key, "an array of integers")
        instanceof GgufValue.Ints(GgufType type, long[] longs))) {
      return wrong(key, "an array of integers");
    }
    int[] result = new int[longs.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (int) longs[i];
      if (result[i] != longs[i]) {
        throw new MalformedGgufException(
            file
                + ": "
                + key
                + "["
                + i
                + "] is "
                + longs[i]
                + ", which does not fit 32 bits"
                + REMEDY);
      }
    }
    return result;
  }

  private GgufValue require(String key, String expected) {
    GgufValue value = value(key);
    if (value == null) {
      throw new MalformedGgufException(
          file + ": metadata key " + key + " is missing; it should be " + expected + REMEDY);
    }
    return value;
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
  private <T> T wrong(String key, String expected) {
    GgufValue value = require(key, expected);
    String found =
        value instanceof GgufValue.Array array
            ? "array of " + array.element()
            : value.type().name();
    throw new MalformedGgufException(
        file + ": metadata key " + key + " is " + found + ", not " + expected + REMEDY);
  }
}
