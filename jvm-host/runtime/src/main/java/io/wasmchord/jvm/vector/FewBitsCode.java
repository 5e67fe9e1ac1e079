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
    super(format, bits, false, 32, 0, field -> FewBits.value(bits, field));
    this.fields = new FewBits(bits);
  }

  private boolean whole() {
    return values() == 32;
  }

  @Override
  Stage[] scales() {
    return whole() ? new Stage[] {this::scale} : new Stage[] {this::scale, FewBitsCode::ones};
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
  Stage[] dot(Activations x) {
    Stage sums =
        s -> {
          for (int u = 0; u < units(s); u++) {
            fields.dot(unit(s, u), x.pairs(), s.at + 16 * u, s.whole, u * ROWS);
          }
        };
    return whole() ? new Stage[] {sums} : new Stage[] {sums, new Sum(x)};
  }

  @Override
  int dotBias() {
    return FewBits.BIAS;
  }

  @Override
  boolean dotScales() {
    return !whole();
  }

  /** The sum of a block's sums, without the bias. */
  private record Sum(Activations x) implements Stage {
    @Override
    public void run(KernelScratch s) {
      int bias = 0;
      for (int i = 16 * (x.first() * (x.cols() / 256) + s.block), n = i + 16; i < n; i++) {
        bias += x.sums()[i];
      }
      for (int lane = 0; lane < ROWS; lane += LANES) {
        IntVector total = IntVector.broadcast(INTS, -bias);
        for (int at = lane; at < 8 * ROWS; at += ROWS) {
          total = total.add(IntVector.fromArray(INTS, s.whole, at));
        }
        total.intoArray(s.scaled, lane);
      }
    }
  }
}
