package io.wasmchord.model.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a sequence into batches and puts their rows together again. */
public final class Batches {
  private Batches() {}

  /**
   * Consecutive tokens of a sequence.
   *
   * @param position of the first
   */
  record TokenBatch(int[] ids, int position) {}

  static List<TokenBatch> of(int[] ids, int most) {
    List<TokenBatch> batches = new ArrayList<>();
    for (int at = 0; at < ids.length; at += most) {
      batches.add(new TokenBatch(Arrays.copyOfRange(ids, at, Math.min(ids.length, at + most)), at));
    }
    return batches;
  }

  static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
