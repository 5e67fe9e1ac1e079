package io.wasmchord.jvm.vector;

import java.util.List;

/**
 * Packs weights for their first products. A unit is a group of rows of one of them.
 *
 * @param weights which there are is known when the step runs
 */
record Packing(List<WeightRows> weights) implements WorkerPool.Step<KernelScratch> {
  @Override
  public String label() {
    return "repack";
  }

  @Override
  public int units() {
    return weights.stream().mapToInt(WeightRows::groups).sum();
  }

  @Override
  public int chunk() {
    return 1;
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    int first = 0;
    for (WeightRows weight : weights) {
      int end = first + weight.groups();
      for (int unit = Math.max(from, first); unit < Math.min(to, end); unit++) {
        weight.pack(unit - first);
      }
      first = end;
    }
  }
}
