package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.floats;

import io.wasmchord.quant.format.IntegerFormat;

/** Formats whose blocks {@link Recoding} writes. */
abstract class RecodedCode extends BlockCode {
  private final Recoding recoding;

  RecodedCode(IntegerFormat format, Recoding recoding, int group) {
    super(format, 0, group);
    this.recoding = recoding;
  }

  @Override
  final BlockForm form() {
    return recoding;
  }

  /** Fills the panel's float scales. */
  final void scale(KernelScratch s) {
    int parts = s.blocks * recoding.parts();
    for (int part = 0; part < parts; part++) {
      long from = s.address + 4L * ROWS * recoding.floatOf(part);
      floats(from).intoArray(s.panel.d, part * ROWS);
      floats(from + 4L * LANES).intoArray(s.panel.d, part * ROWS + LANES);
    }
  }

  /** Address of the integer scales of a panel's only block. */
  final long integerScales(KernelScratch s) {
    return s.address + recoding.scales(s.blocks, 0);
  }

  /** Address of the fields of 32 values of the panel. */
  final long unit(KernelScratch s, int unit) {
    int inBlock = values() / 32;
    long of = (long) (unit % inBlock) * recoding.bits() * 4 * ROWS;
    return s.address + recoding.fields(s.blocks, unit / inBlock) + of;
  }

  /** How many times 32 values the panel has. */
  final int units(KernelScratch s) {
    return s.blocks * (values() / 32);
  }
}
