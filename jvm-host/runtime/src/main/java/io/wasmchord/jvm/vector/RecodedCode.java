package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.floats;

import io.wasmchord.quant.format.IntegerFormat;
import java.util.function.IntUnaryOperator;

/** Formats whose blocks {@link Recoding} writes. */
abstract class RecodedCode extends BlockCode {
  private final int bits;
  private final boolean scaled;
  private final IntUnaryOperator value;
  private final Recoding layout;

  /**
   * @param bits of a field
   * @param scaled whether there are integer scales
   * @param value the value that a field stands for
   */
  RecodedCode(
      IntegerFormat format, int bits, boolean scaled, int group, int bias, IntUnaryOperator value) {
    super(format, bias, group);
    this.bits = bits;
    this.scaled = scaled;
    this.value = value;
    this.layout = new Recoding(format, bits, scaled, value);
  }

  @Override
  final BlockForm form() {
    return new Recoding(format(), bits, scaled, value);
  }

  /** Fills the panel's float scales. */
  final void scale(KernelScratch s) {
    int n = s.blocks * layout.parts() * ROWS;
    for (int i = 0; i < n; i += LANES) {
      floats(s.address + 4L * i).intoArray(s.panel.d, i);
    }
  }

  /** Address of the integer scales of a panel's only block. */
  final long integerScales(KernelScratch s) {
    return s.address + layout.scales(s.blocks, 0);
  }

  /** Address of the fields of 32 values of the panel. */
  final long unit(KernelScratch s, int unit) {
    int inBlock = values() / 32;
    long of = (long) (unit % inBlock) * bits * 4 * ROWS;
    return s.address + layout.fields(s.blocks, unit / inBlock) + of;
  }

  /** How many times 32 values the panel has. */
  final int units(KernelScratch s) {
    return s.blocks * (values() / 32);
  }
}
