package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.LANES;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvLayout;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.Memory;
import java.util.List;

/**
 * Keys as [layer][kv head][place / lanes][dimension][lane], so that a lane is a position; values as
 * [layer][kv head][place][dimension], so that a lane is a dimension. {@link CacheCode} says how the
 * type stores them.
 *
 * @param keys what to give back
 * @param values what to give back
 * @param keyAddress where the keys lie
 * @param valueAddress where the values lie
 * @param rows of layers that keep rows
 * @param states of layers that have one
 */
record VectorKvCache(
    KvSpec spec,
    Memory keys,
    Memory values,
    long keyAddress,
    long valueAddress,
    Tensors rows,
    Tensors states)
    implements KvCache {
  /** Positions are taken in runs of this many, the lanes of the softmax's sum. */
  static final int RUN = KvSpec.RUN;

  static final KvLayout LAYOUT = new KvLayout(LANES, true);

  /**
   * Rows, or states.
   *
   * @param memory what to give back
   * @param tensors one for each layer, empty where it keeps none
   */
  record Tensors(Memory memory, List<Tensor> tensors) {}

  static VectorKvCache of(KvCache cache) {
    if (cache instanceof VectorKvCache vector) {
      return vector;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** The memory of a layer's part. */
  Memory part(KvSpec.Part part, int layer) {
    Memory all =
        switch (part) {
          case KEYS -> keys;
          case VALUES -> values;
          case ROWS -> rows.memory;
          case STATES -> states.memory;
        };
    return all.slice(spec.bytesBefore(part, layer), spec.bytes(part, layer));
  }

  @Override
  public Tensor rows(int layer) {
    spec.requireWidth(layer);
    return rows.tensors.get(layer);
  }

  @Override
  public Tensor states(int layer) {
    spec.requireState(layer);
    return states.tensors.get(layer);
  }

  /** Bytes of the keys, with room to read a vector of bytes that is wider than its lanes. */
  static long keyBytes(KvSpec spec) {
    return Math.addExact(spec.bytes(KvSpec.Part.KEYS), Width.OVERREAD);
  }

  /** Bytes of the values, with the same room. */
  static long valueBytes(KvSpec spec) {
    return Math.addExact(spec.bytes(KvSpec.Part.VALUES), Width.OVERREAD);
  }

  Layer layer(int layer) {
    return new Layer(
        keyAddress + spec.bytesBefore(KvSpec.Part.KEYS, layer),
        valueAddress + spec.bytesBefore(KvSpec.Part.VALUES, layer),
        spec.keyBytes(layer),
        spec.valueBytes(layer),
        spec.heads(layer),
        spec.capacity(layer));
  }

  /**
   * One layer's keys and values.
   *
   * @param keys address of the first
   * @param values address of the first
   * @param keyBytes of one key
   * @param valueBytes of one value
   * @param capacity places of a head
   */
  record Layer(
      long keys, long values, long keyBytes, long valueBytes, KvSpec.Heads heads, int capacity) {
    /** Address of the strip that holds a position's key. */
    long strip(int head, int position) {
      int place = position % capacity;
      return keys + keyBytes * ((long) head * capacity + place / LANES * LANES);
    }

    /** Address of a position's value. */
    long value(int head, int position) {
      return values + valueBytes * ((long) head * capacity + position % capacity);
    }

    /**
     * The values at positions {@code first} to {@code last}, at most as many as there are places.
     */
    Run values(int head, int first, int last) {
      long start = value(head, 0);
      return new Run(value(head, first), start, start + valueBytes * capacity, last - first + 1);
    }
  }

  /**
   * Values one after the other; behind the last place comes the first.
   *
   * @param at address of the first value
   * @param start address of the first place
   * @param end address after the last place
   * @param count values
   */
  record Run(long at, long start, long end, int count) {
    /**
     * The address after {@code at}, which is {@code within} bytes into a value of {@code bytes}.
     */
    long next(long at, long bytes, long within) {
      long next = at + bytes;
      return next == end + within ? start + within : next;
    }
  }
}
