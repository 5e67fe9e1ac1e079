package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.StateBlocks;
import jdk.incubator.vector.FloatVector;

/** A gated delta net. A unit is {@link #SPAN} of a head's columns; a lane is a column. */
final class DeltaNet extends StateStep {
  private final Command.DeltaNet c;
  private final int keyDim;
  private final int valueDim;
  private final int spans; // of a head
  private final long decayStep; // from one row of the matrix to the next
  private final Strided q;
  private final Strided k;
  private final Strided v;
  private final Strided decay;
  private final Strided beta;
  private final Strided out;

  DeltaNet(Command.DeltaNet c) {
    super(
        "deltaNet",
        c.sequences(),
        c.layer(),
        c.offset(),
        c.heads() * ((c.valueDim() + SPAN - 1) / SPAN));
    this.c = c;
    this.keyDim = c.keyDim();
    this.valueDim = c.valueDim();
    this.spans = (valueDim + SPAN - 1) / SPAN;
    this.decayStep = c.decaysByRow() ? 4 : 0;
    this.q = Strided.of(c.q());
    this.k = Strided.of(c.k());
    this.v = Strided.of(c.v());
    this.decay = Strided.of(VectorTensor.of(c.decay()));
    this.beta = Strided.of(VectorTensor.of(c.beta()));
    this.out = Strided.of(VectorTensor.of(c.out()));
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    int head = unit / spans;
    int first = unit % spans * SPAN;
    int width = Math.min(SPAN, valueDim - first);
    int column = head * valueDim + first;
    long state = rows.state() + 4L * column * keyDim;
    if (rows.fresh()) {
      zero(state, keyDim * width);
    }
    int whole = width / StateBlocks.WIDTH * StateBlocks.WIDTH; // columns of whole blocks
    int i = 0;
    for (; i + 2 * LANES <= whole; i += 2 * LANES) {
      pair(rows, head, column + i, state, i, scratch.floats(2 * LANES));
    }
    for (; i < width; i++) {
      int block = i / StateBlocks.WIDTH;
      long stride = 4L * StateBlocks.width(block, width);
      long at = state + 4L * block * StateBlocks.WIDTH * keyDim + 4L * (i % StateBlocks.WIDTH);
      for (int t = rows.first(); t < rows.end(); t++) {
        one(t, head, column + i, at, stride);
      }
    }
  }

  private long decay(int t, int head) {
    return decay.row(t) + decayStep * head * keyDim + (decayStep == 0 ? 4L * head : 0);
  }

  private long key(int t, int head) {
    return k.row(t) + 4L * c.keyHead(head) * keyDim;
  }

  private long query(int t, int head) {
    return q.row(t) + 4L * c.keyHead(head) * keyDim;
  }

  /**
   * Two vectors of columns, through all rows of the batch.
   *
   * @param column the first of them
   * @param state of the unit's columns
   * @param from the first of them in the unit
   * @param known room for two vectors
   */
  private void pair(Rows rows, int head, int column, long state, int from, float[] known) {
    long first = state + place(from, keyDim);
    long second = state + place(from + LANES, keyDim);
    for (int t = rows.first(); t < rows.end(); t++) {
      decay(first, second, t, head, known);
      update(first, second, t, head, column, known);
    }
  }

  /** What is new of a vector of columns, from {@code column} on. */
  private FloatVector delta(int t, int head, int column, float[] known, int at) {
    FloatVector own = Lanes.floats(v.row(t) + 4L * column);
    return own.sub(FloatVector.fromArray(FLOATS, known, at)).mul(get(beta.row(t) + 4L * head));
  }

  /** Takes the decay, and sums what the row knows. */
  private void decay(long first, long second, int t, int head, float[] known) {
    long decay = decay(t, head);
    long key = key(t, head);
    FloatVector k0 = FloatVector.zero(FLOATS);
    FloatVector k1 = k0;
    for (int i = 0; i < keyDim; i++) {
      long at = i * STRIDE;
      FloatVector g = FloatVector.broadcast(FLOATS, get(decay + i * decayStep));
      FloatVector k = FloatVector.broadcast(FLOATS, get(key + 4L * i));
      FloatVector s0 = Lanes.floats(first + at).mul(g);
      FloatVector s1 = Lanes.floats(second + at).mul(g);
      s0.intoMemorySegment(ALL, first + at, LITTLE);
      s1.intoMemorySegment(ALL, second + at, LITTLE);
      k0 = k0.add(s0.mul(k));
      k1 = k1.add(s1.mul(k));
    }
    k0.intoArray(known, 0);
    k1.intoArray(known, LANES);
  }

  /** Adds what is new, and reads. */
  private void update(long first, long second, int t, int head, int column, float[] known) {
    FloatVector d0 = delta(t, head, column, known, 0);
    FloatVector d1 = delta(t, head, column + LANES, known, LANES);
    long key = key(t, head);
    long query = query(t, head);
    FloatVector r0 = FloatVector.zero(FLOATS);
    FloatVector r1 = r0;
    for (int i = 0; i < keyDim; i++) {
      long at = i * STRIDE;
      FloatVector k = FloatVector.broadcast(FLOATS, get(key + 4L * i));
      FloatVector s0 = Lanes.floats(first + at).add(d0.mul(k));
      FloatVector s1 = Lanes.floats(second + at).add(d1.mul(k));
      s0.intoMemorySegment(ALL, first + at, LITTLE);
      s1.intoMemorySegment(ALL, second + at, LITTLE);
      FloatVector q = FloatVector.broadcast(FLOATS, get(query + 4L * i));
      r0 = r0.add(s0.mul(q));
      r1 = r1.add(s1.mul(q));
    }
    store(t, column, r0);
    store(t, column + LANES, r1);
  }

  private void store(int t, int column, FloatVector sum) {
    sum.mul(c.scale()).intoMemorySegment(ALL, out.row(t) + 4L * column, LITTLE);
  }

  /** A column of a matrix, whose values are {@code stride} bytes apart from {@code state} on. */
  private void one(int t, int head, int column, long state, long stride) {
    long decay = decay(t, head);
    long key = key(t, head);
    long query = query(t, head);
    float known = 0f;
    for (int i = 0; i < keyDim; i++) {
      float s = get(state + i * stride) * get(decay + i * decayStep);
      known = known + s * get(key + 4L * i);
    }
    float delta = (get(v.row(t) + 4L * column) - known) * get(beta.row(t) + 4L * head);
    float sum = 0f;
    for (int i = 0; i < keyDim; i++) {
      long at = state + i * stride;
      float s = get(at) * get(decay + i * decayStep) + get(key + 4L * i) * delta;
      put(at, s);
      sum = sum + s * get(query + 4L * i);
    }
    put(out.row(t) + 4L * column, sum * c.scale());
  }
}
