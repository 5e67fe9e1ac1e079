package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;

import io.wasmchord.quant.format.IntegerFormat;

/** Formats of 32 values: a block with one float scale, and an offset where there is one. */
abstract class Block32Code extends BlockCode {
  Block32Code(IntegerFormat format, int bias) {
    super(format, bias);
  }

  @Override
  final Stage[] scales() {
    return minimum() ? new Stage[] {this::d, this::dMin} : new Stage[] {this::d};
  }

  /** Address of the two vectors of word {@code index} of the panel's block {@code j}. */
  final long word(KernelScratch s, int j, int index) {
    return s.address
        + (long) s.blocks * Interleaving.front(layout())
        + ((long) j * layout().words() + index) * 2 * BYTES;
  }
}
