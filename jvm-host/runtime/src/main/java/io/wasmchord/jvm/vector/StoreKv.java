package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.LANES;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import java.util.ArrayList;
import java.util.List;

/** Writes keys and values to the caches of a batch. A unit is one kv head of one token. */
record StoreKv(List<Part> parts, long keys, long values, int units)
    implements WorkerPool.Step<KernelScratch> {
  /**
   * The rows of one sequence.
   *
   * @param first their first unit
   */
  record Part(VectorKvCache cache, VectorKvCache.Layer layer, SequenceRows rows, int first) {
    private int heads() {
      return layer.heads().count();
    }

    private int end() {
      return first + rows.count() * heads();
    }
  }

  static StoreKv of(Command.StoreKv c) {
    List<Part> parts = new ArrayList<>();
    int units = 0;
    for (SequenceRows rows : c.sequences()) {
      VectorKvCache cache = VectorKvCache.of(rows.cache());
      Part part = new Part(cache, cache.layer(c.layer()), rows, units);
      parts.add(part);
      units = part.end();
    }
    return new StoreKv(
        List.copyOf(parts),
        VectorTensor.of(c.k()).address(),
        VectorTensor.of(c.v()).address(),
        units);
  }

  @Override
  public String label() {
    return "storeKv";
  }

  @Override
  public int chunk() {
    return 8;
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    for (Part part : parts) {
      if (part.first < to && part.end() > from) {
        run(part, Math.max(from, part.first), Math.min(to, part.end()), scratch);
      }
    }
  }

  private void run(Part part, int from, int to, KernelScratch scratch) {
    int heads = part.heads();
    int keyDim = part.layer.heads().keyDim();
    int valueDim = part.layer.heads().valueDim();
    VectorKvCache.Layer layer = part.layer;
    CacheStore store = CacheStore.of(part.cache.spec().type());
    for (int unit = from; unit < to; unit++) {
      int at = part.rows.position() + (unit - part.first) / heads;
      int head = (unit - part.first) % heads;
      store.storeKey(keys + 4L * unit * keyDim, keyDim, layer.strip(head, at), at % LANES, scratch);
      store.storeValue(values + 4L * unit * valueDim, valueDim, layer.value(head, at), scratch);
    }
  }
}
