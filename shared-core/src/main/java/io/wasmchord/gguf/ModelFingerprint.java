package io.wasmchord.gguf;

import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.Checksum;

/**
 * A number that tells models apart by their headers: all metadata, and names, types and shapes of
 * all tensors. How a model is split over files makes no difference.
 */
public final class ModelFingerprint {
  private static final String OF_SPLITS = "split.";

  private final Checksum checksum = new Checksum();

  private ModelFingerprint() {}

  /** The fingerprint of a model with this header. */
  public static long of(GgufFile file) {
    ModelFingerprint print = new ModelFingerprint();
    for (String key : file.metadata().keys()) {
      GgufValue value = file.metadata().value(key);
      if (value != null && !key.startsWith(OF_SPLITS)) {
        print.add(new ByteWriter().put(key));
        print.add(value);
      }
    }
    for (TensorInfo tensor : file.tensors()) {
      ByteWriter bytes = new ByteWriter().put(tensor.name()).put(tensor.type().name());
      tensor.shape().forEach(bytes::put);
      print.add(bytes);
    }
    return print.checksum.value();
  }

  private void add(ByteWriter bytes) {
    checksum.add(bytes.bytes());
  }

  private void add(GgufValue value) {
    ByteWriter bytes = new ByteWriter().put(value.type().name());
    switch (value) {
      case GgufValue.Int(GgufType type, long whole) -> bytes.put(whole);
      case GgufValue.Real(GgufType type, double real) ->
          bytes.put(Double.doubleToRawLongBits(real));
      case GgufValue.Bool(boolean bool) -> bytes.put(bool ? 1 : 0);
      case GgufValue.Text(String text) -> bytes.put(text);
      case GgufValue.Ints(GgufType element, long[] values) -> {
        bytes.put(values.length);
        for (long one : values) {
          bytes.put(one);
        }
      }
      case GgufValue.Reals(GgufType element, double[] values) -> {
        bytes.put(values.length);
        for (double one : values) {
          bytes.put(Double.doubleToRawLongBits(one));
        }
      }
      case GgufValue.Texts(var texts) -> {
        bytes.put(texts.size());
        texts.forEach(bytes::put);
      }
      case GgufValue.Arrays(var values) -> values.forEach(this::add);
    }
    add(bytes);
  }
}
