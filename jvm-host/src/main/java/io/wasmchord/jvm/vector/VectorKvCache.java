package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.Memory;

/**
 * Keys as [layer][kv head][position / lanes][dimension][lane], so that a lane is a position; values
 * as [layer][kv head][position][dimension], so that a lane is a dimension. {@link CacheCode} says
 * how the type stores them.
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

  /** Bytes of the keys, with room to read a vector of bytes that is wider than its lanes. */
  static long keyBytes(KvSpec spec) {
    return bytes(spec, spec.keyBytes());
  }

  /** Bytes of the values, with the same room. */
  static long valueBytes(KvSpec spec) {
    return bytes(spec, spec.valueBytes());
  }

  private static long bytes(KvSpec spec, long each) {
    long heads = (long) spec.layers() * spec.kvHeads();
    return Math.multiplyExact(heads * each, capacity(spec)) + Lanes.OVERREAD;
  }

  /** Address of the strip that holds a position's key. */
  long strip(int layer, int head, int position) {
    return keyAddress + spec.keyBytes() * (first(layer, head) + position / LANES * LANES);
  }

  /** Address of a position's value. */
  long value(int layer, int head, int position) {
    return valueAddress + spec.valueBytes() * (first(layer, head) + position);
  }

  /** How many positions of other heads stand before a head's. */
  private long first(int layer, int head) {
    return (long) capacity(spec) * ((long) layer * spec.kvHeads() + head);
  }
}
