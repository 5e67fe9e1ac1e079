package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.backend.Tensor;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The time mix of RWKV. A lane is a column of a head's matrix. */
final class Wkv extends StateStep {
  private final int dim;
  private final int blocks;
  private final boolean delta; // whether there are a and b
  private final long stride; // bytes of a row of operands
  private final long r;
  private final long w;
  private final long k;
  private final long v;
  private final long a;
  private final long b;
  private final long out;

  Wkv(Command.Wkv c) {
    super("wkv", c.sequences(), c.layer(), c.offset(), c.heads() * StateBlocks.count(c.headDim()));
    this.dim = c.headDim();
    this.blocks = StateBlocks.count(dim);
    this.delta = c.a() != null;
    this.stride = 4L * c.out().cols();
    this.r = address(c.r());
    this.w = address(c.w());
    this.k = address(c.k());
    this.v = address(c.v());
    this.a = address(c.a());
    this.b = address(c.b());
    this.out = address(c.out());
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : VectorTensor.of(tensor).address();
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    int head = unit / blocks;
    int block = unit % blocks;
    int width = StateBlocks.width(block, dim);
    int column = head * dim + block * StateBlocks.WIDTH;
    long state = rows.state() + 4L * column * dim;
    if (rows.fresh()) {
      zero(state, dim * width);
    }
    for (int t = rows.first(); t < rows.end(); t++) {
      long row = t * stride;
      int i = 0;
      for (; i + LANES <= width; i += LANES) {
        Block at =
            new Block(state + 4L * i, 4L * width, row + 4L * head * dim, row + 4L * (column + i));
        FloatVector sum = delta ? lanesDelta(at) : lanes(at);
        sum.intoMemorySegment(ALL, out + at.column, LITTLE);
      }
      for (; i < width; i++) {
        one(new Block(state + 4L * i, 4L * width, row + 4L * head * dim, row + 4L * (column + i)));
      }
    }
  }

  /**
   * Columns of a head's matrix, for a row.
   *
   * @param address of the first row's
   * @param stride bytes from one row to the next
   * @param head where the head's values lie in an operand
   * @param column where the columns' lie
   */
  private record Block(long address, long stride, long head, long column) {}

  private FloatVector lanesDelta(Block block) {
    FloatVector known = FloatVector.zero(FLOATS);
    for (int i = 0; i < dim; i++) {
      FloatVector s = Lanes.floats(block.address + i * block.stride);
      known = known.add(s.mul(get(a + block.head + 4L * i)));
    }
    FloatVector own = Lanes.floats(v + block.column);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < dim; i++) {
      long at = block.address + i * block.stride;
      long value = block.head + 4L * i;
      FloatVector s = Lanes.floats(at).mul(get(w + value)).add(own.mul(get(k + value)));
      s = s.add(known.mul(get(b + value)));
      s.intoMemorySegment(ALL, at, LITTLE);
      sum = sum.add(s.mul(get(r + value)));
    }
    return sum;
  }

  private FloatVector lanes(Block block) {
    FloatVector own = Lanes.floats(v + block.column);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < dim; i++) {
      long at = block.address + i * block.stride;
      long value = block.head + 4L * i;
      FloatVector s = Lanes.floats(at);
      sum = sum.add(s.mul(get(r + value)));
      s.mul(get(w + value)).add(own.mul(get(k + value))).intoMemorySegment(ALL, at, LITTLE);
    }
    return sum;
  }

  private void one(Block block) {
    float known = 0f;
    for (int i = 0; i < dim && delta; i++) {
      known = known + get(a + block.head + 4L * i) * get(block.address + i * block.stride);
    }
    float sum = 0f;
    for (int i = 0; i < dim; i++) {
      long at = block.address + i * block.stride;
      long value = block.head + 4L * i;
      float s = get(at);
      float next = s * get(w + value) + get(v + block.column) * get(k + value);
      if (delta) {
        next = next + known * get(b + value);
        s = next;
      }
      sum = sum + s * get(r + value);
      put(at, next);
    }
    put(out + block.column, sum);
  }
}
