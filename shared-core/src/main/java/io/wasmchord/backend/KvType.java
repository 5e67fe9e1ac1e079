package io.wasmchord.backend;

import io.wasmchord.quant.TensorType;
import java.util.Locale;

/** How a KV cache stores its values; {@code docs/arithmetic.md} says how they are rounded. */
public enum KvType {
  /** float32: what was computed. */
  F32(TensorType.F32),
  /** binary16: half the memory. */
  F16(TensorType.F16),
  /** Blocks of 32 int8 with a binary16 scale: about a quarter of the memory. */
  Q8_0(TensorType.Q8_0);

  private final TensorType stored;

  KvType(TensorType stored) {
    this.stored = stored;
  }

  /** The tensor type in which values are stored. */
  public TensorType stored() {
    return stored;
  }

  /** Whether a cache may store its values as {@code type}. */
  public static boolean isStored(TensorType type) {
    for (KvType kv : values()) {
      if (kv.stored == type) {
        return true;
      }
    }
    return false;
  }

  /** Values that are stored together; a head's size must be a multiple. */
  public int blockValues() {
    return stored.blockElements();
  }

  /** Bytes of {@code values} values, a multiple of {@link #blockValues()}. */
  public long bytes(int values) {
    return stored.rowBytes(values);
  }

  /** The name as people write it, e.g. {@code q8_0}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
