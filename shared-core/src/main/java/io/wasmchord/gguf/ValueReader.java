package io.wasmchord.gguf;

import java.util.ArrayList;
import java.util.List;

/** Reads metadata values. */
final class ValueReader {
  private static final int MAX_DEPTH = 4;

  private final HeaderCursor in;

  ValueReader(HeaderCursor in) {
    this.in = in;
  }

  GgufValue read(String key) {
    return value(type(key), key, 0);
  }

  private GgufType type(String key) {
    int id = in.int32("the type of " + key);
    GgufType type = GgufType.byId(id);
    if (type == null) {
      throw in.malformed("metadata key " + key + " has the unknown type " + id);
    }
    return type;
  }

  private GgufValue value(GgufType type, String key, int depth) {
    return switch (type) {
      case BOOL -> new GgufValue.Bool(in.integer(type, key) != 0);
      case STRING -> new GgufValue.Text(in.string(key));
      case FLOAT32, FLOAT64 -> new GgufValue.Real(type, in.real(type, key));
      case ARRAY -> array(key, depth + 1);
      default -> new GgufValue.Int(type, in.integer(type, key));
    };
  }

  private GgufValue array(String key, int depth) {
    if (depth > MAX_DEPTH) {
      throw in.malformed("metadata key " + key + " nests arrays deeper than " + MAX_DEPTH);
    }
    GgufType element = type(key);
    // an empty array of arrays takes 12 bytes, an empty string 8
    int least =
        element == GgufType.ARRAY
            ? 12
            : Math.max(element.bytes(), element == GgufType.STRING ? 8 : 1);
    int count = in.count("the length of " + key, least);
    in.reserve(element, count, key);
    in.requireThere((long) count * least, key);
    in.step();
    return switch (element) {
      case STRING -> strings(key, count);
      case ARRAY -> arrays(key, count, depth);
      case FLOAT32, FLOAT64 -> reals(element, key, count);
      default -> ints(element, key, count);
    };
  }

  private GgufValue strings(String key, int count) {
    List<String> values = new ArrayList<>(count);
    String length = "the length of " + key; // put together once, and not for every text
    for (int i = 0; i < count; i++) {
      values.add(in.stringOf(length, key));
    }
    return new GgufValue.Texts(values);
  }

  private GgufValue arrays(String key, int count, int depth) {
    List<GgufValue> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(array(key, depth + 1));
    }
    return new GgufValue.Arrays(values);
  }

  private GgufValue reals(GgufType element, String key, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.real(element, key);
    }
    return new GgufValue.Reals(element, values);
  }

  private GgufValue ints(GgufType element, String key, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.integer(element, key);
    }
    return new GgufValue.Ints(element, values);
  }
}
