package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;

/** The scan of a selective state space model. A unit is {@link #SPAN} channels; a lane is one. */
final class SsmScan extends StateStep {
  private final int size;
  private final boolean byChannel;
  private final int headDim; // channels that are laid out together
  private final int spans; // of channels that are laid out together
  private final int headsOfGroup;
  private final Strided x;
  private final Strided dt;
  private final Strided b;
  private final Strided c;
  private final Strided out;
  private final long a;
  private final long d;

  SsmScan(Command.SsmScan s) {
    super("ssmScan", s.sequences(), s.layer(), s.offset(), units(s));
    this.size = s.size();
    this.byChannel = s.byChannel();
    this.headDim = together(s);
    this.spans = (headDim + SPAN - 1) / SPAN;
    this.headsOfGroup = s.heads() / s.groups();
    this.x = Strided.of(s.x());
    this.dt = Strided.of(VectorTensor.of(s.dt()));
    this.b = Strided.of(s.b());
    this.c = Strided.of(s.c());
    this.out = Strided.of(VectorTensor.of(s.out()));
    this.a = VectorTensor.of(s.a()).address();
    this.d = VectorTensor.of(s.d()).address();
  }

  private static int together(Command.SsmScan s) {
    return s.byChannel() ? s.channels() : s.channels() / s.heads();
  }

  private static int units(Command.SsmScan s) {
    return s.channels() / together(s) * ((together(s) + SPAN - 1) / SPAN);
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    int head = unit / spans;
    int first = unit % spans * SPAN;
    int width = Math.min(SPAN, headDim - first);
    int channel = head * headDim + first;
    long state = rows.state() + 4L * channel * size;
    if (rows.fresh()) {
      zero(state, size * width);
    }
    int whole = width / StateBlocks.WIDTH * StateBlocks.WIDTH; // channels of whole blocks
    int i = 0;
    for (; byChannel && i + LANES <= whole; i += LANES) {
      Block at = new Block(state + place(i, size), STRIDE, channel + i, head);
      float[] rates = rates(channel + i, scratch);
      for (int t = rows.first(); t < rows.end(); t++) {
        lanesByChannel(t, at, rates);
      }
    }
    for (; !byChannel && i + 2 * LANES <= whole; i += 2 * LANES) {
      Block at = new Block(state + place(i, size), STRIDE, channel + i, head);
      long second = state + place(i + LANES, size);
      for (int t = rows.first(); t < rows.end(); t++) {
        lanes(t, at, second);
      }
    }
    for (; i < width; i++) {
      long stride = 4L * StateBlocks.width(i / StateBlocks.WIDTH, width);
      long blocks = 4L * (i / StateBlocks.WIDTH) * StateBlocks.WIDTH * size;
      long value = state + blocks + 4L * (i % StateBlocks.WIDTH);
      Block at = new Block(value, stride, channel + i, head);
      for (int t = rows.first(); t < rows.end(); t++) {
        one(t, at);
      }
    }
  }

  /**
   * Channels.
   *
   * @param address of their first values
   * @param stride bytes from one value to the next
   * @param channel the first
   * @param head their head; 0 where every channel is one
   */
  private record Block(long address, long stride, int channel, int head) {}

  /** The rates of the channels in lanes, one value after the other. */
  private float[] rates(int channel, KernelScratch scratch) {
    float[] rates = scratch.floats(size * LANES);
    for (int lane = 0; lane < LANES; lane++) {
      for (int s = 0; s < size; s++) {
        rates[s * LANES + lane] = get(a + 4L * ((long) (channel + lane) * size + s));
      }
    }
    return rates;
  }

  private long group(Strided of, int t, int head) {
    return of.row(t) + 4L * (byChannel ? 0 : head / headsOfGroup * size);
  }

  /**
   * A row of two vectors of channels of a head.
   *
   * @param second address of the second vector's first value
   */
  private void lanes(int t, Block block, long second) {
    FloatVector decay = FloatVector.broadcast(FLOATS, decay(t, block));
    FloatVector in0 = in(t, block, 0);
    FloatVector in1 = in(t, block, LANES);
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    long from = group(b, t, block.head);
    long into = group(c, t, block.head);
    for (int s = 0; s < size; s++) {
      long at = s * STRIDE;
      FloatVector coming = FloatVector.broadcast(FLOATS, get(from + 4L * s));
      FloatVector h0 = Lanes.floats(block.address + at).mul(decay).add(in0.mul(coming));
      FloatVector h1 = Lanes.floats(second + at).mul(decay).add(in1.mul(coming));
      h0.intoMemorySegment(ALL, block.address + at, LITTLE);
      h1.intoMemorySegment(ALL, second + at, LITTLE);
      FloatVector going = FloatVector.broadcast(FLOATS, get(into + 4L * s));
      s0 = s0.add(h0.mul(going));
      s1 = s1.add(h1.mul(going));
    }
    store(t, block, 0, s0);
    store(t, block, LANES, s1);
  }

  private float step(int t, Block block) {
    return get(dt.row(t) + 4L * block.head);
  }

  private float decay(int t, Block block) {
    return FloatMath.exp(step(t, block) * get(a + 4L * block.head));
  }

  /** The values of the vector that begins at the block's channel number {@code i}. */
  private FloatVector own(int t, Block block, int i) {
    return Lanes.floats(x.row(t) + 4L * (block.channel + i));
  }

  private FloatVector in(int t, Block block, int i) {
    return own(t, block, i).mul(step(t, block));
  }

  private void store(int t, Block block, int i, FloatVector sum) {
    sum.add(own(t, block, i).mul(get(d + 4L * block.head)))
        .intoMemorySegment(ALL, out.row(t) + 4L * (block.channel + i), LITTLE);
  }

  private void lanesByChannel(int t, Block block, float[] rates) {
    FloatVector step = Lanes.floats(dt.row(t) + 4L * block.channel);
    FloatVector own = Lanes.floats(x.row(t) + 4L * block.channel);
    FloatVector in = own.mul(step);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int s = 0; s < size; s++) {
      long at = block.address + s * block.stride;
      FloatVector decay = VectorMath.exp(step.mul(FloatVector.fromArray(FLOATS, rates, s * LANES)));
      FloatVector h = Lanes.floats(at).mul(decay).add(in.mul(get(b.row(t) + 4L * s)));
      h.intoMemorySegment(ALL, at, LITTLE);
      sum = sum.add(h.mul(get(c.row(t) + 4L * s)));
    }
    sum.add(own.mul(Lanes.floats(d + 4L * block.channel)))
        .intoMemorySegment(ALL, out.row(t) + 4L * block.channel, LITTLE);
  }

  private void one(int t, Block block) {
    int head = byChannel ? block.channel : block.head;
    float step = get(dt.row(t) + 4L * head);
    float own = get(x.row(t) + 4L * block.channel);
    float in = own * step;
    float sum = 0f;
    for (int s = 0; s < size; s++) {
      long at = block.address + s * block.stride;
      float rate = get(a + 4L * (byChannel ? (long) head * size + s : head));
      float h = get(at) * FloatMath.exp(step * rate) + get(group(b, t, block.head) + 4L * s) * in;
      put(at, h);
      sum = sum + h * get(group(c, t, block.head) + 4L * s);
    }
    put(out.row(t) + 4L * block.channel, sum + own * get(d + 4L * head));
  }
}
