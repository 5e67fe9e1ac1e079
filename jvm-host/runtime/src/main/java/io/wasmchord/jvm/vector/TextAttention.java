package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of tokens that all see the same positions, as an encoder's do. A unit is a head of up
 * to {@link #QUERIES} tokens: its keys and values are widened to panels once, and tiles of queries
 * go over them.
 */
final class TextAttention implements WorkerPool.Step<KernelScratch> {
  private static final int QUERIES = 64;
  private static final int TILE = 16;
  private static final long LARGEST = 1 << 19; // floats of a panel

  private final Command.Attention a;
  private final List<Part> parts = new ArrayList<>();
  private final Scores rules;
  private final int keyDim;
  private final int valueDim;
  private final int units;

  /**
   * The rows of one sequence.
   *
   * @param first their first row in the batch
   * @param unit their first unit
   */
  private record Part(
      VectorKvCache.Layer layer, CacheCode code, SequenceRows rows, int first, int unit) {
    int blocks() {
      return (rows.count() + QUERIES - 1) / QUERIES;
    }
  }

  /** What a thread keeps: widened keys and values, and a tile's queries, scores and sums. */
  static final class Room {
    private float[] keys = new float[0];
    private float[] values = new float[0];
    private float[] queries = new float[0];
    private float[] scores = new float[0];
    private float[] sums = new float[0];

    private static float[] atLeast(float[] known, int n) {
      return known.length < n ? new float[n] : known;
    }
  }

  TextAttention(Command.Attention a) {
    this.a = a;
    int first = 0;
    int unit = 0;
    for (SequenceRows rows : a.sequences()) {
      VectorKvCache cache = VectorKvCache.of(rows.cache());
      CacheCode code = CacheCode.of(cache.spec().type());
      Part part = new Part(cache.layer(a.layer()), code, rows, first, unit);
      parts.add(part);
      first += rows.count();
      unit += part.blocks() * a.heads();
    }
    this.units = unit;
    KvSpec.Heads kv = parts.getFirst().layer.heads();
    this.rules = Scores.of(a);
    this.keyDim = kv.keyDim();
    this.valueDim = kv.valueDim();
  }

  /** Whether attention can be computed so: everything is seen, and fits a thread's room. */
  static boolean suits(Command.Attention a) {
    if (a.attends() == 0 || a.window() != 0) {
      return false;
    }
    for (SequenceRows rows : a.sequences()) {
      KvSpec spec = rows.cache().spec();
      KvSpec.Heads heads = spec.heads(a.layer());
      long widest = (long) Math.max(heads.keyDim(), heads.valueDim()) + ROWS;
      boolean whole = a.end(rows) <= spec.capacity(a.layer()); // nothing begins anew
      if (!whole || heads.valueDim() % LANES != 0 || padded(a.end(rows), ROWS) * widest > LARGEST) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String label() {
    return "attention";
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public int chunk() {
    return 1;
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    for (Part part : parts) {
      int end = Math.min(to, part.unit + part.blocks() * a.heads());
      for (int unit = Math.max(from, part.unit); unit < end; unit++) {
        int within = unit - part.unit;
        head(part, within % a.heads(), within / a.heads() * QUERIES, scratch.attention);
      }
    }
  }

  private static int padded(int n, int to) {
    return (n + to - 1) / to * to;
  }

  /** A head of the tokens from {@code row} on. */
  private void head(Part part, int head, int row, Room room) {
    int n = a.end(part.rows);
    int kvHead = head / (a.heads() / part.layer.heads().count());
    widen(part, kvHead, n, room);
    int end = Math.min(part.rows.count(), row + QUERIES);
    for (int t = row; t < end; t += TILE) {
      tile(part, head, t, Math.min(TILE, end - t), n, room);
    }
  }

  /** Keys as [ROWS positions][dimension][lane], values as [ROWS dimensions][position][lane]. */
  private void widen(Part part, int kvHead, int n, Room room) {
    room.keys = Room.atLeast(room.keys, padded(n, Math.max(ROWS, RUN)) * keyDim);
    room.values = Room.atLeast(room.values, n * padded(valueDim, ROWS));
    for (int p = 0; p < n; p += LANES) {
      long strip = part.layer.strip(kvHead, p);
      part.code.widenKeys(strip, keyDim, room.keys, p / ROWS * ROWS * keyDim + p % ROWS);
    }
    for (int p = 0; p < n; p++) {
      part.code.widenValue(part.layer.value(kvHead, p), valueDim, room.values, p * ROWS, n * ROWS);
    }
  }

  private void tile(Part part, int head, int row, int count, int n, Room room) {
    int wide = padded(n, Math.max(ROWS, RUN));
    room.scores = Room.atLeast(room.scores, TILE * wide);
    float[] scores = room.scores;
    Arrays.fill(scores, 0, count * wide, 0f);
    room.queries = Room.atLeast(room.queries, TILE * keyDim);
    queries(part.first + row, head, count, room.queries);
    for (int p = 0; p < n; p += ROWS) {
      FloatTiles.add(
          room.keys, p * keyDim, keyDim, room.queries, 0, keyDim, count, scores, p, wide);
    }
    float[] sums = new float[TILE];
    for (int t = 0; t < count; t++) {
      sums[t] = weights(part.rows.position() + row + t, head, n, scores, t * wide, wide);
    }
    values(part.first + row, head, count, n, wide, sums, room);
  }

  private void queries(int row, int head, int count, float[] to) {
    long from = VectorTensor.of(a.q()).address();
    for (int t = 0; t < count; t++) {
      long at = from + 4L * ((long) (row + t) * a.q().cols() + (long) head * keyDim);
      MemorySegment.copy(ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, at, to, t * keyDim, keyDim);
    }
  }

  /** Turns a row's sums of products into its weights; their sum. */
  private float weights(int own, int head, int n, float[] scores, int at, int wide) {
    for (int p = at; p < at + wide; p += LANES) {
      FloatVector.fromArray(FLOATS, scores, p).mul(a.scale()).intoArray(scores, p);
    }
    rules.change(new Scores.Row(own, head, 0, n), scores, at);
    Arrays.fill(scores, at + n, at + wide, Float.NEGATIVE_INFINITY);
    return VectorSoftmax.of(rules, head, wide, scores, at);
  }

  private void values(int row, int head, int count, int n, int wide, float[] weights, Room room) {
    int next = padded(valueDim, ROWS);
    room.sums = Room.atLeast(room.sums, TILE * next);
    float[] sums = room.sums;
    Arrays.fill(sums, 0, count * next, 0f);
    for (int d = 0; d < valueDim; d += ROWS) {
      FloatTiles.add(room.values, d * n, n, room.scores, 0, wide, count, sums, d, next);
    }
    for (int t = 0; t < count; t++) {
      float inverse = 1f / weights[t];
      long to =
          VectorTensor.of(a.out()).address()
              + 4L * ((long) (row + t) * a.out().cols() + (long) head * valueDim);
      for (int d = 0; d < valueDim; d += LANES) {
        FloatVector.fromArray(FLOATS, sums, t * next + d)
            .mul(inverse)
            .intoMemorySegment(ALL, to + 4L * d, LITTLE);
      }
    }
  }
}
