package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.LANES;

import io.wasmchord.backend.KvType;
import io.wasmchord.math.Float16;
import io.wasmchord.quant.format.Q8_0;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes a cache of one type, laid out as {@link VectorKvCache} says. */
interface CacheStore {
  static CacheStore of(KvType type) {
    return switch (type) {
      case F32 -> new Singles();
      case F16 -> new Halves();
      case Q8_0 -> new Quants();
    };
  }

  /**
   * Stores a position's key.
   *
   * @param source address of {@code dim} floats
   * @param strip address of the position's strip
   * @param lane the position's place in it
   */
  void storeKey(long source, int dim, long strip, int lane, KernelScratch scratch);

  /** Stores {@code dim} floats at {@code source} as the value at {@code to}. */
  void storeValue(long source, int dim, long to, KernelScratch scratch);

  /** Of float32. */
  final class Singles implements CacheStore {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void storeKey(long source, int dim, long strip, int lane, KernelScratch scratch) {
      long key = strip + 4L * lane;
      for (int d = 0; d < dim; d++) {
        ALL.set(FLOAT, key + 4L * d * LANES, ALL.get(FLOAT, source + 4L * d));
      }
    }

    @Override
    public void storeValue(long source, int dim, long to, KernelScratch scratch) {
      MemorySegment.copy(ALL, source, ALL, to, 4L * dim);
    }
  }

  /** Of binary16, all finite. */
  final class Halves implements CacheStore {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

    @Override
    public void storeKey(long source, int dim, long strip, int lane, KernelScratch scratch) {
      store(source, dim, strip + 2L * lane, 2L * LANES);
    }

    @Override
    public void storeValue(long source, int dim, long to, KernelScratch scratch) {
      store(source, dim, to, 2L);
    }

    private static void store(long source, int dim, long to, long step) {
      for (int d = 0; d < dim; d++) {
        int bits = Float16.fromFloatFinite(ALL.get(FLOAT, source + 4L * d));
        ALL.set(HALF, to + d * step, (short) bits);
      }
    }
  }

  /**
   * Of int8 in blocks of 32 dimensions. A value's block is its binary16 scale and the integers; a
   * strip's block is its positions' scales, then [dimension][position].
   */
  final class Quants implements CacheStore {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final int BLOCK = 32;
    private static final long BYTES = 2 + BLOCK;

    @Override
    public void storeKey(long source, int dim, long strip, int lane, KernelScratch scratch) {
      for (int d = 0; d < dim; d += BLOCK) {
        long to = strip + BYTES * LANES * (d / BLOCK);
        byte[] q = scratch.bytes;
        ALL.set(HALF, to + 2L * lane, quantize(source + 4L * d, scratch));
        for (int i = 0; i < BLOCK; i++) {
          ALL.set(ValueLayout.JAVA_BYTE, to + (2L + i) * LANES + lane, q[i]);
        }
      }
    }

    @Override
    public void storeValue(long source, int dim, long to, KernelScratch scratch) {
      for (int d = 0; d < dim; d += BLOCK) {
        long at = to + BYTES * (d / BLOCK);
        ALL.set(HALF, at, quantize(source + 4L * d, scratch));
        MemorySegment.copy(scratch.bytes, 0, ALL, ValueLayout.JAVA_BYTE, at + 2, BLOCK);
      }
    }

    /** Quantizes a block to the scratch's bytes; its scale. */
    private static short quantize(long source, KernelScratch scratch) {
      float[] x = scratch.floats(BLOCK);
      MemorySegment.copy(ALL, FLOAT, source, x, 0, BLOCK);
      return (short) Q8_0.quantizeBlockFinite(x, 0, scratch.bytes, 0);
    }
  }
}
