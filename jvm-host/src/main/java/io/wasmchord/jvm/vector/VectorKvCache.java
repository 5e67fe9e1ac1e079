package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.Memory;

/**
 * Keys as [layer][kv head][position / lanes][dimension][lane], so that a lane is a position; values
 * as [layer][kv head][position][dimension], so that a lane is a dimension.
 *
 * @param keys what to give back
 * @param values what to give back
 * @param keyAddress where the keys lie
 * @param valueAddress where the values lie
 */
record VectorKvCache(KvSpec spec, Memory keys, Memory values, long keyAddress, long valueAddress)
    implements KvCache {
  /** Positions are taken in runs of this many, the lanes of the softmax's sum. */
  static final int RUN = 16;

  static VectorKvCache of(KvCache cache) {
    if (cache instanceof VectorKvCache vector) {
      return vector;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** Positions that a head has room for: whole runs. */
  static int capacity(KvSpec spec) {
    return (spec.positions() + RUN - 1) / RUN * RUN;
  }

  static long keyBytes(KvSpec spec) {
    return Math.multiplyExact(4L * spec.layers() * spec.kvHeads() * spec.keyDim(), capacity(spec));
  }

  static long valueBytes(KvSpec spec) {
    return Math.multiplyExact(
        4L * spec.layers() * spec.kvHeads() * spec.valueDim(), capacity(spec));
  }

  /** Address of a head's keys. */
  long keys(int layer, int head) {
    return keyAddress
        + 4L * spec.keyDim() * capacity(spec) * ((long) layer * spec.kvHeads() + head);
  }

  /** Address of a head's values. */
  long values(int layer, int head) {
    return valueAddress
        + 4L * spec.valueDim() * capacity(spec) * ((long) layer * spec.kvHeads() + head);
  }

  /** Offset of dimension 0 of a position's key within its head. */
  long keyOffset(int position) {
    return 4L * ((long) (position / LANES) * LANES * spec.keyDim() + position % LANES);
  }
}
