package io.wasmchord.gguf;

import org.jspecify.annotations.Nullable;

/**
 * The types of metadata values, in the order of their ids in the file; {@code bytes} is 0 where the
 * size varies.
 */
public enum GgufType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(0),
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final GgufType[] BY_ID = values();

  private final int bytes;

  GgufType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value in a file, or 0 for strings and arrays. */
  public int bytes() {
    return bytes;
  }

  /** The id in a file. */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the ids
  public int id() {
    return ordinal();
  }

  static @Nullable GgufType byId(int id) {
    return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      default -> false;
    };
  }
}
