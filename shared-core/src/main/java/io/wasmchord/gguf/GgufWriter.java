package io.wasmchord.gguf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes GGUF version 3. Tensor data are supplied when they are written, so a model larger than memory can be. */
public final class GgufWriter {
  /** Where bytes go. */
  @FunctionalInterface
  public interface Sink {
    void write(byte[] bytes, int offset, int length);
  }

  /** Supplies a tensor's bytes in order. */
  @FunctionalInterface
  public interface TensorData {
    void writeTo(Sink sink);
  }

  private final int alignment;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final List<TensorData> data = new ArrayList<>();
  private long end;

  /** A file with tensors aligned to {@code alignment} bytes, a power of two of at least 8. */
  public GgufWriter(int alignment) {
    this.alignment = alignment;
    if (alignment != 32) {
      put("general.alignment", new GgufValue.Int(GgufType.UINT32, alignment));
    }
  }

  /** Adds or replaces a metadata value. */
  public GgufWriter put(String key, GgufValue value) {
    values.put(key, value);
    return this;
  }

  /** Adds a tensor behind the ones before; the info's offset is ignored. */
  public GgufWriter tensor(TensorInfo info, TensorData bytes) {
    long offset = align(end);
    tensors.add(new TensorInfo(info.name(), info.type(), info.shape(), offset, info.bytes()));
    data.add(bytes);
    end = offset + info.bytes();
    return this;
  }

  private long align(long position) {
    return (position + alignment - 1) / alignment * alignment;
  }

  /**
   * Writes the whole file.
   *
   * @throws IllegalStateException when a tensor supplies another number of bytes than its info says
   */
  public void writeTo(Sink sink) {
    Out out = new Out(sink);
    out.int32(0x46554747);
    out.int32(3);
    out.int64(tensors.size());
    out.int64(values.size());
    values.forEach((key, value) -> {
      out.string(key);
      out.int32(value.type().id());
      out.value(value);
    });
    for (TensorInfo tensor : tensors) {
      out.string(tensor.name());
      out.int32(tensor.shape().size());
      tensor.shape().forEach(out::int64);
      out.int32(tensor.type().id());
      out.int64(tensor.offset());
    }
    out.padTo(align(out.position));
    long start = out.position;
    for (int i = 0; i < tensors.size(); i++) {
      TensorInfo tensor = tensors.get(i);
      out.padTo(start + tensor.offset());
      data.get(i).writeTo(out::bytes);
      if (out.position != start + tensor.offset() + tensor.bytes()) {
        throw new IllegalStateException("tensor " + tensor.name() + " supplied another size than " + tensor.bytes());
      }
    }
  }

  /** Little-endian fields. */
  private static final class Out {
    private final Sink sink;
    private long position;

    Out(Sink sink) {
      this.sink = sink;
    }

    void bytes(byte[] bytes, int offset, int length) {
      sink.write(bytes, offset, length);
      position += length;
    }

    void number(long value, int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (value >> (8 * i));
      }
      bytes(bytes, 0, length);
    }

    void int32(int value) {
      number(value, 4);
    }

    void int64(long value) {
      number(value, 8);
    }

    void string(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      int64(utf8.length);
      bytes(utf8, 0, utf8.length);
    }

    void real(GgufType type, double value) {
      if (type == GgufType.FLOAT32) {
        int32(Float.floatToRawIntBits((float) value));
      } else {
        int64(Double.doubleToRawLongBits(value));
      }
    }

    void padTo(long target) {
      byte[] zeros = new byte[(int) (target - position)];
      bytes(zeros, 0, zeros.length);
    }

    void value(GgufValue value) {
      switch (value) {
        case GgufValue.Int v -> number(v.value(), v.type().bytes());
        case GgufValue.Real v -> real(v.type(), v.value());
        case GgufValue.Bool v -> number(v.value() ? 1 : 0, 1);
        case GgufValue.Text v -> string(v.value());
        case GgufValue.Array v -> array(v);
      }
    }

    private void array(GgufValue.Array array) {
      int32(array.element().id());
      int64(array.length());
      switch (array) {
        case GgufValue.Ints v -> {
          for (long n : v.values()) {
            number(n, v.element().bytes());
          }
        }
        case GgufValue.Reals v -> {
          for (double x : v.values()) {
            real(v.element(), x);
          }
        }
        case GgufValue.Texts v -> v.values().forEach(this::string);
        case GgufValue.Arrays v -> v.values().forEach(this::value);
      }
    }
  }
}
