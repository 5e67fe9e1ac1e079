package io.wasmchord.jvm.vector;

import java.util.List;

/**
 * Products of weights of one shape as one step. A unit is a group of rows of one of them.
 *
 * @param label for a profile
 * @param products which there are is known when the step runs
 * @param groups of each weight
 * @param threads that share the work
 * @param independent whether the step before need not have ended
 */
record ProductSet(
    String label, List<Product> products, int groups, int threads, boolean independent)
    implements WorkerPool.Step<KernelScratch> {
  @Override
  public int units() {
    return products.size() * groups;
  }

  @Override
  public int chunk() {
    return Math.max(1, units() / (threads * Product.CHUNKS_PER_THREAD));
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    for (int unit = from; unit < to; ) {
      int first = unit % groups;
      int end = Math.min(groups, first + to - unit);
      products.get(unit / groups).run(first, end, scratch);
      unit += end - first;
    }
  }
}
