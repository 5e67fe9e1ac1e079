package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.VectorKvCache.RUN;
import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.jvm.machine.AttentionKernels;
import io.wasmchord.jvm.machine.FloatKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention by kernels in machine code, over the caches of a batch as they are. A unit is a tile of
 * rows that read the same keys and values: tokens of one head, or, where a token is alone, heads
 * that share keys.
 */
final class MachineAttention implements WorkerPool.Step<KernelScratch> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int LARGEST = 1 << 18; // scores of a tile
  private static final long LINE = 64;

  private final Command.Attention a;
  private final List<Part> parts = new ArrayList<>();
  private final Scores rules;
  private final int keyDim;
  private final int valueDim;
  private final int units;

  /**
   * The rows of one sequence.
   *
   * @param finite whether all that the cache holds is
   * @param first their first row in the batch
   * @param unit their first unit
   * @param heads whether a tile is heads of one token
   * @param tile rows of a tile, of {@code of} in all
   */
  private record Part(
      VectorKvCache.Layer layer,
      AttentionKernels kernels,
      boolean finite,
      SequenceRows rows,
      int first,
      int unit,
      boolean heads,
      int of,
      int tile) {
    int tiles() {
      return (of + tile - 1) / tile;
    }

    int units(int queryHeads) {
      return tiles() * (heads ? rows.count() * layer.heads().count() : queryHeads);
    }
  }

  /** A tile: so many tokens from {@code row} on, or one token's heads from {@code head} on. */
  private record Place(Part part, int row, int head, int count) {
    int rowOf(int t) {
      return part.heads ? row : row + t;
    }

    int headOf(int t) {
      return part.heads ? head + t : head;
    }
  }

  /**
   * @param threads that share the work
   */
  MachineAttention(Command.Attention a, int threads) {
    this.a = a;
    int first = 0;
    int unit = 0;
    for (SequenceRows rows : a.sequences()) {
      Part part = part(rows, first, unit, threads);
      parts.add(part);
      first += rows.count();
      unit += part.units(a.heads());
    }
    this.units = unit;
    KvSpec.Heads kv = parts.getFirst().layer.heads();
    this.rules = Scores.of(a);
    this.keyDim = kv.keyDim();
    this.valueDim = kv.valueDim();
  }

  private Part part(SequenceRows rows, int first, int unit, int threads) {
    VectorKvCache cache = VectorKvCache.of(rows.cache());
    VectorKvCache.Layer layer = cache.layer(a.layer());
    int shared = a.heads() / layer.heads().count();
    boolean heads = shared > 1 && rows.count() <= shared / 2;
    int of = heads ? shared : rows.count();
    AttentionKernels kernels = MachineFloats.of(cache.spec().type(), layer.heads());
    int most = Math.clamp(LARGEST / (a.end(rows) + 2 * RUN), 1, kernels.mostRows());
    if (heads) { // a token's keys are read once by each tile, so as few tiles as feed the threads
      int alone = rows.count() * layer.heads().count();
      most = Math.clamp((long) shared * alone / threads, 1, most);
    }
    int tiles = (of + most - 1) / most;
    return new Part(
        layer,
        kernels,
        cache.spec().type() != KvType.F32,
        rows,
        first,
        unit,
        heads,
        of,
        (of + tiles - 1) / tiles);
  }

  /** Whether there are kernels for it. */
  static boolean suits(Command.Attention a) {
    KvSpec.Heads heads = a.sequences().getFirst().cache().spec().heads(a.layer());
    return MachineFloats.present() && heads.valueDim() % AttentionKernels.LANES == 0;
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
      int end = Math.min(to, part.unit + part.units(a.heads()));
      for (int unit = Math.max(from, part.unit); unit < end; unit++) {
        tile(place(part, unit - part.unit), scratch);
      }
    }
  }

  private static Place place(Part part, int unit) {
    int at = unit % part.tiles() * part.tile;
    int which = unit / part.tiles(); // a head, or a token's kv head
    int count = Math.min(part.tile, part.of - at);
    int kvHeads = part.layer.heads().count();
    return part.heads
        ? new Place(part, which / kvHeads, which % kvHeads * part.of + at, count)
        : new Place(part, at, which, count);
  }

  private void tile(Place place, KernelScratch scratch) {
    Part part = place.part;
    int n = place.count;
    int first = a.first(part.rows, place.rowOf(0));
    int last = a.last(part.rows, place.rowOf(n - 1));
    int start = first / RUN * RUN;
    int runs = last / RUN + 1 - first / RUN;
    long stride = LINE * (runs | 1); // an odd number of lines, so that rows share no cache set
    long queries = scratch.memory(n * stride + 4L * n * keyDim + 8L * n + 2 * LINE);
    long results = queries + (4L * n * keyDim + LINE - 1) / LINE * LINE;
    long scores = results + (8L * n + LINE - 1) / LINE * LINE;
    for (int t = 0; t < n; t++) {
      MemorySegment.copy(ALL, query(place, t), ALL, queries + 4L * t * keyDim, 4L * keyDim);
    }
    int kvHead = place.head / (a.heads() / part.layer.heads().count());
    scores(
        part, kvHead, start, runs, new FloatKernels.Tile(queries, 4L * keyDim, scores, stride, n));
    for (int t = 0; t < n; t++) {
      rules(place, t, start, runs, scores + t * stride, scratch);
      ALL.set(FLOAT, results + 8L * t, rules.least(place.headOf(t)));
    }
    MachineFloats.rows().softmax(scores, stride, n, runs, results);
    sums(
        place,
        kvHead,
        start,
        new FloatKernels.Tile(scores, stride, result(place, 0), outStride(part), n));
    for (int t = 0; t < n; t++) {
      float max = ALL.get(FLOAT, results + 8L * t);
      float sum = ALL.get(FLOAT, results + 8L * t + 4);
      float all = sum + FloatMath.exp(rules.sink(place.headOf(t)) - max);
      ALL.set(FLOAT, results + 8L * t, 1f / all);
      MachineFloats.rows().times(result(place, t), results + 8L * t, valueDim);
    }
  }

  private long query(Place place, int t) {
    long row = (long) place.part.first + place.rowOf(t);
    return VectorTensor.of(a.q()).address() + 4 * (row * a.heads() + place.headOf(t)) * keyDim;
  }

  private long result(Place place, int t) {
    long row = (long) place.part.first + place.rowOf(t);
    return VectorTensor.of(a.out()).address() + 4 * (row * a.heads() + place.headOf(t)) * valueDim;
  }

  private long outStride(Part part) {
    return 4L * valueDim * (part.heads ? 1 : a.heads());
  }

  /** Behind the last place of a cache comes the first. */
  private void scores(Part part, int kvHead, int start, int runs, FloatKernels.Tile tile) {
    int most = part.layer.capacity() / RUN;
    for (int done = 0; done < runs; ) {
      int position = start + done * RUN;
      int count = Math.min(runs - done, most - position % part.layer.capacity() / RUN);
      part.kernels.scores(
          part.layer.strip(kvHead, position), count, tile.moved(0, LINE * done), a.scale());
      done += count;
    }
  }

  /** What changes a row's scores, and which of them it does not see. */
  private void rules(Place place, int t, int start, int runs, long scores, KernelScratch scratch) {
    int row = place.rowOf(t);
    int n = runs * RUN;
    if (rules.changes()) {
      float[] values = scratch.floats(n);
      MemorySegment.copy(ALL, FLOAT, scores, values, 0, n);
      int own = place.part.rows.position() + row;
      rules.change(new Scores.Row(own, place.headOf(t), start, n), values, 0);
      MemorySegment.copy(values, 0, ALL, FLOAT, scores, n);
    }
    hide(scores, 0, a.first(place.part.rows, row) - start);
    hide(scores, a.last(place.part.rows, row) + 1 - start, n);
  }

  private static void hide(long scores, int from, int to) {
    for (int i = from; i < to; i++) {
      ALL.set(FLOAT, scores + 4L * i, Float.NEGATIVE_INFINITY);
    }
  }

  /**
   * Sums of values. What a row does not see weighs 0 and changes nothing, if it is finite. Else
   * rows take together what all of them see, and alone what is before and after.
   */
  private void sums(Place place, int kvHead, int start, FloatKernels.Tile tile) {
    Part part = place.part;
    int rows = tile.rows();
    for (int t = 0; t < rows; t++) {
      ALL.asSlice(tile.out() + t * tile.outStride(), 4L * valueDim).fill((byte) 0);
    }
    int first = a.first(part.rows, place.rowOf(0));
    int last = a.last(part.rows, place.rowOf(rows - 1));
    if (part.finite) {
      sums(part, kvHead, first, last, tile.moved(4L * (first - start), 0));
      return;
    }
    int from = a.first(part.rows, place.rowOf(rows - 1)); // all see these, if there are any
    int to = Math.max(from - 1, a.last(part.rows, place.rowOf(0)));
    for (int t = 0; t < rows; t++) {
      int own = a.first(part.rows, place.rowOf(t));
      int end = Math.min(from - 1, a.last(part.rows, place.rowOf(t)));
      sums(part, kvHead, own, end, tile.row(t).moved(4L * (own - start), 0));
    }
    sums(part, kvHead, from, to, tile.moved(4L * (from - start), 0));
    for (int t = 0; t < rows; t++) {
      int own = Math.max(to + 1, a.first(part.rows, place.rowOf(t)));
      int end = a.last(part.rows, place.rowOf(t));
      sums(part, kvHead, own, end, tile.row(t).moved(4L * (own - start), 0));
    }
  }

  private void sums(Part part, int kvHead, int first, int last, FloatKernels.Tile tile) {
    int capacity = part.layer.capacity();
    for (int p = first; p <= last; ) {
      int count = Math.min(last + 1 - p, capacity - p % capacity);
      part.kernels.values(part.layer.value(kvHead, p), count, tile.moved(4L * (p - first), 0));
      p += count;
    }
  }
}
