package io.wasmchord.quant;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every tensor type that ggml numbers, with its block: {@code blockElements} values are stored in
 * {@code blockBytes} bytes. Ids and sizes are those of ggml's {@code ggml_type} and {@code
 * type_traits}. Ids that ggml has retired are absent.
 */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17);

  private static final @Nullable TensorType[] BY_ID = new @Nullable TensorType[64];

  static {
    for (TensorType t : values()) {
      BY_ID[t.id] = t;
    }
  }

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  TensorType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** ggml's number, as a GGUF file stores it. */
  public int id() {
    return id;
  }

  /** Values in one block; a row's length must be a multiple. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Bytes of a row of {@code elements} values.
   *
   * @throws IllegalArgumentException when {@code elements} is not a multiple of {@link
   *     #blockElements()}
   */
  public long rowBytes(long elements) {
    if (elements < 0 || elements % blockElements != 0) {
      throw new IllegalArgumentException(
          "a row of "
              + elements
              + " values does not divide into "
              + name()
              + " blocks of "
              + blockElements);
    }
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /** The type with ggml's number {@code id}, or null if there is none. */
  public static @Nullable TensorType byId(int id) {
    return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
  }

  /** The type called {@code name} in any case, e.g. {@code q4_k}, or null. */
  public static @Nullable TensorType byName(String name) {
    for (TensorType t : values()) {
      if (t.name().equals(name.toUpperCase(Locale.ROOT))) {
        return t;
      }
    }
    return null;
  }
}
