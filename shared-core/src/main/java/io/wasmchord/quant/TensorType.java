package io.wasmchord.quant;

import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.BlockFormat;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q5_1;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.Q8_1;
import io.wasmchord.quant.format.Q8_K;
import io.wasmchord.quant.format.SizeOnly;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names of every tensor type that ggml numbers. What is known of one, its {@link #format} says:
 * nothing is stated here but the ids and sizes of those that are only recognized, which are those
 * of ggml's {@code ggml_type} and {@code type_traits}. Ids that ggml has retired are absent.
 */
public enum TensorType {
  F32(new F32()),
  F16(new F16()),
  Q4_0(new Q4_0()),
  Q4_1(new Q4_1()),
  Q5_0(new Q5_0()),
  Q5_1(new Q5_1()),
  Q8_0(new Q8_0()),
  Q8_1(new Q8_1()),
  Q2_K(new Q2_K()),
  Q3_K(new Q3_K()),
  Q4_K(new Q4_K()),
  Q5_K(new Q5_K()),
  Q6_K(new Q6_K()),
  Q8_K(new Q8_K()),
  IQ2_XXS(new IQ2_XXS()),
  IQ2_XS(new IQ2_XS()),
  IQ3_XXS(new IQ3_XXS()),
  IQ1_S(new IQ1_S()),
  IQ4_NL(new IQ4_NL()),
  IQ3_S(new IQ3_S()),
  IQ2_S(new IQ2_S()),
  IQ4_XS(new IQ4_XS()),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(new IQ1_M()),
  BF16(new BF16()),
  TQ1_0(new TQ1_0()),
  TQ2_0(new TQ2_0()),
  MXFP4(new MXFP4()),
  NVFP4(new NVFP4()),
  Q1_0(new Q1_0()),
  Q2_0(new Q2_0());

  private static final @Nullable TensorType[] BY_ID = new @Nullable TensorType[64];

  static {
    for (TensorType t : values()) {
      BY_ID[t.id()] = t;
    }
  }

  private final BlockFormat format;

  TensorType(BlockFormat format) {
    this.format = format;
  }

  TensorType(int id, int blockElements, int blockBytes) {
    this.format = new SizeOnly(name(), id, blockElements, blockBytes);
  }

  /** What is known of the type. */
  public BlockFormat format() {
    return format;
  }

  /** ggml's number, as a GGUF file stores it. */
  public int id() {
    return format.id();
  }

  /** Values in one block; a row's length must be a multiple. */
  public int blockElements() {
    return format.values();
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return format.bytes();
  }

  /**
   * Bytes of a row of {@code elements} values.
   *
   * @throws IllegalArgumentException when {@code elements} is not a multiple of {@link
   *     #blockElements()}
   */
  public long rowBytes(long elements) {
    if (elements < 0 || elements % blockElements() != 0) {
      throw new IllegalArgumentException(
          "a row of "
              + elements
              + " values does not divide into "
              + name()
              + " blocks of "
              + blockElements());
    }
    return Math.multiplyExact(elements / blockElements(), (long) blockBytes());
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
