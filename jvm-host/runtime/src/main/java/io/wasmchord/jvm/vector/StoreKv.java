package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.backend.Command;

/** Writes keys and values to the cache. A unit is one kv head of one token. */
record StoreKv(
    VectorKvCache cache, VectorKvCache.Layer layer, long keys, long values, int rows, int position)
    implements Team.Step<Scratch> {
  static StoreKv of(Command.StoreKv c) {
    VectorKvCache cache = VectorKvCache.of(c.cache());
    return new StoreKv(
        cache,
        cache.layer(c.layer()),
        VectorTensor.of(c.k()).address(),
        VectorTensor.of(c.v()).address(),
        c.k().rows(),
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
    CacheCode code = CacheCode.of(cache.spec().type());
    for (int unit = from; unit < to; unit++) {
      int at = position + unit / heads;
      int head = unit % heads;
      code.storeKey(keys + 4L * unit * keyDim, keyDim, layer.strip(head, at), at % LANES, scratch);
      code.storeValue(values + 4L * unit * valueDim, valueDim, layer.value(head, at), scratch);
    }
  }
}
