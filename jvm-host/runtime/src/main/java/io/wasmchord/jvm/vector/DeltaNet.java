package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.StateBlocks;
import jdk.incubator.vector.FloatVector;

/** A gated delta net. A lane is a column of a head's matrix. */
final class DeltaNet extends StateStep {
  private final Command.DeltaNet c;
  private final int keyDim;
  private final int valueDim;
  private final int blocks;
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
        c.heads() * StateBlocks.count(c.valueDim()));
    this.c = c;
    this.keyDim = c.keyDim();
    this.valueDim = c.valueDim();
    this.blocks = StateBlocks.count(valueDim);
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
    int head = unit / blocks;
    int block = unit % blocks;
    int width = StateBlocks.width(block, valueDim);
    int column = head * valueDim + block * StateBlocks.WIDTH;
    long state = rows.state() + 4L * column * keyDim;
    if (rows.fresh()) {
      zero(state, keyDim * width);
    }
    for (int t = rows.first(); t < rows.end(); t++) {
      int i = 0;
      for (; i + LANES <= width; i += LANES) {
        lanes(t, head, column + i, new Block(state + 4L * i, 4L * width));
      }
      for (; i < width; i++) {
        one(t, head, column + i, new Block(state + 4L * i, 4L * width));
      }
    }
  }

  /**
   * Columns of a head's matrix.
   *
   * @param address of the first row's
   * @param stride bytes from one row to the next
   */
  private record Block(long address, long stride) {}

  private long decay(int t, int head) {
    return decay.row(t) + decayStep * head * keyDim + (decayStep == 0 ? 4L * head : 0);
  }

  private void lanes(int t, int head, int column, Block block) {
    long key = k.row(t) + 4L * c.keyHead(head) * keyDim;
    FloatVector known = known(block, decay(t, head), key);
    FloatVector delta =
        Lanes.floats(v.row(t) + 4L * column).sub(known).mul(get(beta.row(t) + 4L * head));
    long query = q.row(t) + 4L * c.keyHead(head) * keyDim;
    update(block, decay(t, head), key, query, delta)
        .mul(c.scale())
        .intoMemorySegment(ALL, out.row(t) + 4L * column, LITTLE);
  }

  /** What the matrix has for a key, after its decay. */
  private FloatVector known(Block block, long decay, long key) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < keyDim; i++) {
      FloatVector s = Lanes.floats(block.address + i * block.stride);
      sum = sum.add(s.mul(get(decay + i * decayStep)).mul(get(key + 4L * i)));
    }
    return sum;
  }

  /** Adds what is new, and reads. */
  private FloatVector update(Block block, long decay, long key, long query, FloatVector delta) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < keyDim; i++) {
      long at = block.address + i * block.stride;
      FloatVector s = Lanes.floats(at).mul(get(decay + i * decayStep));
      s = s.add(delta.mul(get(key + 4L * i)));
      s.intoMemorySegment(ALL, at, LITTLE);
      sum = sum.add(s.mul(get(query + 4L * i)));
    }
    return sum;
  }

  private void one(int t, int head, int column, Block block) {
    long key = k.row(t) + 4L * c.keyHead(head) * keyDim;
    long query = q.row(t) + 4L * c.keyHead(head) * keyDim;
    float known = 0f;
    for (int i = 0; i < keyDim; i++) {
      float s = get(block.address + i * block.stride) * get(decay(t, head) + i * decayStep);
      known = known + s * get(key + 4L * i);
    }
    float delta = (get(v.row(t) + 4L * column) - known) * get(beta.row(t) + 4L * head);
    float sum = 0f;
    for (int i = 0; i < keyDim; i++) {
      long at = block.address + i * block.stride;
      float s = get(at) * get(decay(t, head) + i * decayStep) + get(key + 4L * i) * delta;
      put(at, s);
      sum = sum + s * get(query + 4L * i);
    }
    put(out.row(t) + 4L * column, sum * c.scale());
  }
}
