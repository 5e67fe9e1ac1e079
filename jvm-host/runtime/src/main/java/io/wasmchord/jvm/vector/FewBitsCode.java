package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.IntVector;

/** TQ1_0, TQ2_0, Q1_0 and Q2_0: values from -1 to 2 at most. */
final class FewBitsCode extends RecodedCode {
  private final FewBits fields;

  /**
   * @param bits of a field; one for values of -1 and 1
   */
  FewBitsCode(IntegerFormat format, int bits) {
    super(format, new PairForm(format, bits, 0, value -> FewBits.field(bits, value)), 32);
    this.fields = new FewBits(bits);
  }

  private boolean whole() {
    return values() == 32;
  }

  @Override
  Stage[] scales() {
    return whole() ? new Stage[] {this::scale} : new Stage[] {this::scale, FewBitsCode::ones};
  }

  @Override
  Stage[] scalesOfDot() {
    return new Stage[] {this::scale};
  }

  /** Blocks of 256 have no integer scales. */
  private static void ones(KernelScratch s) {
    for (int i = 0; i < 2 * ROWS; i += LANES) {
      IntVector.broadcast(INTS, 0x01010101).intoArray(s.panel.scales, i);
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int u = 0; u < units(s); u++) {
          fields.unpack(unit(s, u), s.panel, 16 * u);
        }
      }
    };
  }

  @Override
  void prepare(Activations x, KernelScratch s) {
    fields.tables(x, s);
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s ->
          FewBits.sums(
              unit(s, 0),
              units(s),
              fields.words(32),
              s.tables,
              fields.table(s, values()),
              s.sums,
              0),
      whole() ? FewBitsCode::widen : FewBitsCode::sum
    };
  }

  @Override
  boolean dotScales() {
    return !whole();
  }

  /** The sums of blocks of 32. */
  private static void widen(KernelScratch s) {
    for (int i = 0; i < s.blocks * ROWS; i += LANES) {
      Lanes.widened(s.sums, i).intoArray(s.whole, i);
    }
  }

  /** The sum of a block's eight. */
  private static void sum(KernelScratch s) {
    for (int lane = 0; lane < ROWS; lane += LANES) {
      IntVector total = Lanes.widened(s.sums, lane);
      for (int at = lane + ROWS; at < 8 * ROWS; at += ROWS) {
        total = total.add(Lanes.widened(s.sums, at));
      }
      total.intoArray(s.scaled, lane);
    }
  }
}
