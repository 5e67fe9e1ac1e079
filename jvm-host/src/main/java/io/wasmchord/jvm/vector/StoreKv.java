package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.backend.Command;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes keys and values to the cache. A unit is one kv head of one token. */
record StoreKv(VectorKvCache cache, long keys, long values, int rows, int layer, int position)
    implements Team.Step<Scratch> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  static StoreKv of(Command.StoreKv c) {
    return new StoreKv(
        VectorKvCache.of(c.cache()),
        VectorTensor.of(c.k()).address(),
        VectorTensor.of(c.v()).address(),
        c.k().rows(),
        c.layer(),
        c.position());
  }

  @Override
  public String label() {
    return "storeKv";
  }

  @Override
  public int units() {
    return rows * cache.spec().kvHeads();
  }

  @Override
  public int chunk() {
    return 8;
  }

  @Override
  public void run(int from, int to, Scratch scratch) {
    int heads = cache.spec().kvHeads();
    int keyDim = cache.spec().keyDim();
    int valueDim = cache.spec().valueDim();
    for (int unit = from; unit < to; unit++) {
      int at = position + unit / heads;
      long key = cache.keys(layer, unit % heads) + cache.keyOffset(at);
      long source = keys + 4L * unit * keyDim;
      for (int d = 0; d < keyDim; d++) {
        ALL.set(FLOAT, key + 4L * d * LANES, ALL.get(FLOAT, source + 4L * d));
      }
      MemorySegment.copy(
          ALL,
          values + 4L * unit * valueDim,
          ALL,
          cache.values(layer, unit % heads) + 4L * at * valueDim,
          4L * valueDim);
    }
  }
}
