package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random weights, quickly: a pool of blocks is encoded from normal values for each format and row
 * length, and a tensor is a random sequence of them.
 */
public final class SynthWeights {
  private static final int POOL_VALUES = 1 << 18;
  private static final int CHUNK = 1 << 20;

  private final long seed;
  private final Map<String, byte[]> pools = new HashMap<>();

  SynthWeights(long seed) {
    this.seed = seed;
  }

  /** Writes a tensor of [rows, cols] whose products keep the size of what they are applied to. */
  void write(String name, TensorType type, long rows, int cols, GgufWriter.Sink sink) {
    byte[] pool = pools.computeIfAbsent(type + " " + cols, key -> pool(type, cols));
    int block = type.blockElements() == 1 ? 64 * type.blockBytes() : type.blockBytes();
    int blocks = pool.length / block;
    SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
    long left = rows * type.rowBytes(cols);
    byte[] chunk = new byte[CHUNK / block * block];
    while (left > 0) {
      int n = (int) Math.min(chunk.length, left);
      for (int at = 0; at < n; at += block) {
        int from = random.nextInt(blocks) * block;
        System.arraycopy(pool, from, chunk, at, Math.min(block, n - at));
      }
      sink.write(chunk, 0, n);
      left -= n;
    }
  }

  private byte[] pool(TensorType type, int cols) {
    SplittableRandom random = new SplittableRandom(seed + cols);
    float deviation = (float) (1 / Math.sqrt(cols));
    float[] values = new float[POOL_VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    BlockEncoder encoder = type.format().encoder().orElseThrow();
    byte[] pool = new byte[(int) type.rowBytes(POOL_VALUES)];
    for (int b = 0; b * type.blockElements() < POOL_VALUES; b++) {
      encoder.encode(values, b * type.blockElements(), pool, b * type.blockBytes());
    }
    return pool;
  }
}
