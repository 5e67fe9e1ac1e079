package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;

/** The scan of a selective state space model. A lane is a channel. */
final class SsmScan extends StateStep {
  private final int size;
  private final boolean byChannel;
  private final int headDim; // channels that are laid out together
  private final int blocks;
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
    this.blocks = StateBlocks.count(headDim);
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
    return s.channels() / together(s) * StateBlocks.count(together(s));
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    int head = unit / blocks;
    int block = unit % blocks;
    int width = StateBlocks.width(block, headDim);
    int channel = head * headDim + block * StateBlocks.WIDTH;
    long state = rows.state() + 4L * channel * size;
    if (rows.fresh()) {
      zero(state, size * width);
    }
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      Block at = new Block(state + 4L * i, 4L * width, channel + i, head);
      if (byChannel) {
        float[] rates = rates(channel + i, scratch);
        for (int t = rows.first(); t < rows.end(); t++) {
          lanesByChannel(t, at, rates);
        }
      } else {
        for (int t = rows.first(); t < rows.end(); t++) {
          lanes(t, at);
        }
      }
    }
    for (; i < width; i++) {
      Block at = new Block(state + 4L * i, 4L * width, channel + i, head);
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

  private void lanes(int t, Block block) {
    float step = get(dt.row(t) + 4L * block.head);
    float decay = FloatMath.exp(step * get(a + 4L * block.head));
    FloatVector own = Lanes.floats(x.row(t) + 4L * block.channel);
    FloatVector in = own.mul(step);
    FloatVector sum = FloatVector.zero(FLOATS);
    long from = group(b, t, block.head);
    long into = group(c, t, block.head);
    for (int s = 0; s < size; s++) {
      long at = block.address + s * block.stride;
      FloatVector h = Lanes.floats(at).mul(decay).add(in.mul(get(from + 4L * s)));
      h.intoMemorySegment(ALL, at, LITTLE);
      sum = sum.add(h.mul(get(into + 4L * s)));
    }
    sum.add(own.mul(get(d + 4L * block.head)))
        .intoMemorySegment(ALL, out.row(t) + 4L * block.channel, LITTLE);
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
