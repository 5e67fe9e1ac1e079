package io.wasmchord.backend.scalar;

import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.math.Float16;
import io.wasmchord.quant.format.Q8_0;

/** Writes and reads a cache's values: what a cache type means. Not for several threads. */
final class KvRows {
  private static final int BLOCK = 32;

  private final KvType type;
  private final byte[] quants = new byte[BLOCK];

  KvRows(KvType type) {
    this.type = type;
  }

  /** Stores {@code n} values at {@code offset}. */
  void write(float[] src, int n, Memory dst, long offset) {
    switch (type) {
      case F32 -> dst.putFloats(offset, src, 0, n);
      case F16 -> {
        for (int i = 0; i < n; i++) {
          putShort(dst, offset + 2L * i, Float16.fromFloatFinite(src[i]));
        }
      }
      case Q8_0 -> {
        for (int i = 0; i < n; i += BLOCK) {
          long at = offset + type.bytes(i);
          putShort(dst, at, Q8_0.quantizeBlockFinite(src, i, quants, 0));
          dst.putBytes(at + 2, quants, 0, BLOCK);
        }
      }
    }
  }

  /** Reads {@code n} values at {@code offset}. */
  void read(ByteView src, long offset, float[] dst, int n) {
    switch (type) {
      case F32 -> src.getFloats(offset, dst, 0, n);
      case F16 -> {
        for (int i = 0; i < n; i++) {
          dst[i] = Float16.toFloat(src.getShort(offset + 2L * i));
        }
      }
      case Q8_0 -> {
        for (int i = 0; i < n; i += BLOCK) {
          long at = offset + type.bytes(i);
          float scale = Float16.toFloat(src.getShort(at));
          src.getBytes(at + 2, quants, 0, BLOCK);
          for (int j = 0; j < BLOCK; j++) {
            dst[i + j] = (float) quants[j] * scale;
          }
        }
      }
    }
  }

  private static void putShort(Memory dst, long offset, int bits) {
    dst.putByte(offset, (byte) bits);
    dst.putByte(offset + 1, (byte) (bits >> 8));
  }
}
