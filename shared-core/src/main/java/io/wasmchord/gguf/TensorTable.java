package io.wasmchord.gguf;

import io.wasmchord.maps.StringIndex;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the tensor table and checks it whole. */
final class TensorTable {
  private static final int MAX_NAME = 256;
  private static final int LEAST_ROW =
      8 + 4 + 8 + 4 + 8; // bytes of an entry with an empty name and one dimension

  private final HeaderCursor in;

  TensorTable(HeaderCursor in) {
    this.in = in;
  }

  static int leastBytes() {
    return LEAST_ROW;
  }

  List<TensorInfo> read(int count, int alignment) {
    List<TensorInfo> tensors = new ArrayList<>(Math.min(count, 4096));
    StringIndex names = new StringIndex();
    for (int i = 0; i < count; i++) {
      TensorInfo tensor = entry(alignment);
      if (names.add(tensor.name()) != i) {
        throw in.malformed("tensor " + tensor.name() + " is listed twice");
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private TensorInfo entry(int alignment) {
    String name = in.string("a tensor's name");
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw in.malformed(
          "a tensor's name has " + name.length() + " characters, not 1 to " + MAX_NAME);
    }
    List<Long> shape = shape(name);
    TensorType type = type(name);
    long offset = in.int64("the offset of " + name);
    if (shape.getFirst() % type.blockElements() != 0) {
      throw in.malformed(
          "tensor "
              + name
              + " has rows of "
              + shape.getFirst()
              + " values, which "
              + type
              + " blocks of "
              + type.blockElements()
              + " do not divide");
    }
    if (offset < 0 || offset % alignment != 0) {
      throw in.malformed(
          "tensor "
              + name
              + " has the offset "
              + Long.toUnsignedString(offset)
              + ", not a multiple of "
              + alignment);
    }
    long elements = 1;
    for (long n : shape) {
      elements *= n;
    }
    return new TensorInfo(
        name, type, shape, offset, elements / type.blockElements() * type.blockBytes());
  }

  /** Dimensions whose product fits a long, also as bytes. */
  private List<Long> shape(String name) {
    int dimensions = in.int32("the dimensions of " + name);
    if (dimensions < 1 || dimensions > 4) {
      throw in.malformed(
          "tensor "
              + name
              + " has "
              + Integer.toUnsignedString(dimensions)
              + " dimensions, not 1 to 4");
    }
    List<Long> shape = new ArrayList<>(dimensions);
    long elements = 1;
    for (int d = 0; d < dimensions; d++) {
      long n = in.int64("the shape of " + name);
      if (n < 1 || n > Long.MAX_VALUE / 8 / elements) {
        throw in.malformed(
            "tensor " + name + " has the impossible dimension " + Long.toUnsignedString(n));
      }
      elements *= n;
      shape.add(n);
    }
    return shape;
  }

  private TensorType type(String name) {
    int id = in.int32("the type of " + name);
    TensorType type = TensorType.byId(id);
    if (type == null) {
      throw in.malformed(
          "tensor "
              + name
              + " has the unknown type "
              + Integer.toUnsignedString(id)
              + "; the file may be newer than this version of wasm-chord");
    }
    return type;
  }

  /**
   * No two tensors share a byte, and all lie inside a data section of {@code dataBytes} (-1 where
   * unknown).
   */
  void checkPlaces(List<TensorInfo> tensors, long dataBytes) {
    List<TensorInfo> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(TensorInfo::offset));
    long end = 0;
    String before = "";
    for (TensorInfo tensor : sorted) {
      if (tensor.offset() < end) {
        throw in.malformed("tensors " + before + " and " + tensor.name() + " overlap");
      }
      if (tensor.bytes() > Long.MAX_VALUE - tensor.offset()) {
        throw in.malformed("tensor " + tensor.name() + " ends beyond any file");
      }
      end = tensor.offset() + tensor.bytes();
      before = tensor.name();
      if (dataBytes >= 0 && end > dataBytes) {
        throw in.malformed(
            "tensor "
                + tensor.name()
                + " ends at byte "
                + end
                + " of the data section, which has "
                + dataBytes
                + "; the file is cut short: download it again");
      }
    }
  }
}
