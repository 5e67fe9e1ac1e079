package io.wasmchord.jvm.vector;

import java.lang.foreign.MemorySegment;

/**
 * How many rows of weights lie side by side, and what follows from it; known without the Vector
 * API. A group of {@link #ROWS} output rows is two registers of 32-bit lanes, a lane a row.
 */
@SuppressWarnings("restricted")
final class Width {
  /** All memory of the process: addresses are checked where they are made, not at every load. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** 32-bit lanes: rows in a register. */
  static final int LANES = VectorSupport.bits() / Integer.SIZE;

  /** Output rows in a group: two registers; also the 16-bit lanes of a register. */
  static final int ROWS = 2 * LANES;

  /** Bytes of a register. */
  static final int BYTES = LANES * Integer.BYTES;

  /** How far a load of bytes may read beyond its lanes: none is of fewer than 8. */
  static final int OVERREAD = Math.max(0, 8 - LANES);

  private Width() {}

  /**
   * The row of a 16-bit lane: lane 2i is row i and lane 2i + 1 is row {@link #LANES} + i, so that
   * the even and the odd lanes, widened, are the two halves of a group in order.
   */
  static int row(int lane) {
    return (lane & 1) * LANES + (lane >> 1);
  }
}
