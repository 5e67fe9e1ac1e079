package io.wasmchord.embeddings;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The float32 weights of an ONNX model: a graph's initializers (onnx.proto's ModelProto,
 * GraphProto, TensorProto and NodeProto), read from Protocol Buffers by hand. Matrices that the
 * exporter took out of their layer and transposed get their names back from the product that uses
 * them.
 */
final class OnnxWeights {
  private static final int FLOAT = 1;

  /**
   * One weight.
   *
   * @param transposed whether rows are inputs, as in a product's right side
   */
  record Weight(int[] shape, float[] values, boolean transposed) {
    /** Values with a row for each output. */
    float[] rowPerOutput() {
      if (!transposed) {
        return values;
      }
      int inputs = shape[0];
      int outputs = shape[1];
      float[] turned = new float[values.length];
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o++) {
          turned[o * inputs + i] = values[i * outputs + o];
        }
      }
      return turned;
    }
  }

  private interface Fields {
    void field(int number, long value, ByteBuffer bytes);
  }

  private final Map<String, Weight> byName = new LinkedHashMap<>();
  private final Map<String, String> products = new LinkedHashMap<>();

  OnnxWeights(byte[] model) {
    each(
        ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN),
        (field, value, bytes) -> {
          if (field == 7) {
            graph(bytes);
          }
        });
    products.forEach((initializer, name) -> {
      Weight plain = byName.remove(initializer);
      byName.put(name, new Weight(plain.shape, plain.values, true));
    });
  }

  /** The weight called {@code name} by the model's authors. */
  Weight named(String name) {
    Weight found = byName.get(name);
    if (found == null) {
      throw new IllegalArgumentException(name + " is not among " + byName.keySet());
    }
    return found;
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  private void graph(ByteBuffer graph) {
    List<ByteBuffer> nodes = new ArrayList<>();
    each(
        graph,
        (field, value, bytes) -> {
          if (field == 5) {
            tensor(bytes);
          } else if (field == 1) {
            nodes.add(bytes);
          }
        });
    nodes.forEach(this::node);
  }

  private void tensor(ByteBuffer tensor) {
    List<Integer> shape = new ArrayList<>();
    String[] name = {""};
    ByteBuffer[] raw = {ByteBuffer.allocate(0)};
    int[] type = {0};
    each(
        tensor,
        (field, value, bytes) -> {
          switch (field) {
            case 1 -> shape.add((int) value);
            case 2 -> type[0] = (int) value;
            case 8 -> name[0] = text(bytes);
            case 9 -> raw[0] = bytes;
            default -> {}
          }
        });
    if (type[0] == FLOAT) {
      float[] values = new float[raw[0].remaining() / Float.BYTES];
      raw[0].asFloatBuffer().get(values);
      byName.put(name[0], new Weight(shape.stream().mapToInt(i -> i).toArray(), values, false));
    }
  }

  /** A product is called {@code /encoder/layer.0/output/dense/MatMul} after its layer. */
  private void node(ByteBuffer node) {
    List<String> inputs = new ArrayList<>();
    String[] name = {"", ""};
    each(
        node,
        (field, value, bytes) -> {
          switch (field) {
            case 1 -> inputs.add(text(bytes));
            case 3 -> name[0] = text(bytes);
            case 4 -> name[1] = text(bytes);
            default -> {}
          }
        });
    if (name[1].equals("MatMul") && byName.containsKey(inputs.get(1))) {
      String layer = name[0].substring(1, name[0].lastIndexOf('/')).replace('/', '.');
      products.put(inputs.get(1), layer + ".weight");
    }
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** Every field of a message: of type varint with its value, of bytes with these. */
  private static void each(ByteBuffer message, Fields fields) {
    ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer none = ByteBuffer.allocate(0);
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      switch (key & 7) {
        case 0 -> fields.field(key >>> 3, varint(in), none);
        case 1 -> in.position(in.position() + 8);
        case 2 -> {
          int length = (int) varint(in);
          fields.field(
              key >>> 3, 0, in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN));
          in.position(in.position() + length);
        }
        case 5 -> in.position(in.position() + 4);
        default -> throw new IllegalArgumentException("wire type " + (key & 7));
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
