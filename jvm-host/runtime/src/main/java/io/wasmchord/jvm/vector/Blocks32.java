package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The formats with 32 values in a block; their layouts are in {@code quant.format}. */
final class Blocks32 {
  private Blocks32() {}

  /** A block with one float scale, and an offset where there is one. */
  private abstract static class Plain extends BlockCode {
    Plain(IntegerFormat format, int bias) {
      super(format, bias);
    }

    @Override
    final Stage[] scales() {
      return minimum() ? new Stage[] {this::d, this::dMin} : new Stage[] {this::d};
    }

    /** Address of the quants of block {@code j} of the panel. */
    final long quantsOf(Scratch s, int j) {
      return s.address
          + (long) s.blocks * layout().halves() * BYTES
          + (long) j * layout().words() * 2 * BYTES;
    }
  }

  /** Q4_0 and Q4_1: four words of nibbles. */
  static final class FourBits extends Plain {
    FourBits(IntegerFormat format, int bias) {
      super(format, bias);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      for (int j = 0; j < s.blocks; j++) {
        nibbles(quantsOf(s, j), 4, s.panel, 16 * j, 16 * j + 8);
      }
    }

    @Override
    Stage[] dot(int[] x) {
      return new Stage[] {
        s -> {
          for (int j = 0; j < s.blocks; j++) {
            dot(quantsOf(s, j), x, s.at + 16 * j, s.whole, j * ROWS);
          }
        }
      };
    }

    private static void dot(long from, int[] x, int at, int[] sums, int to) {
      ShortVector a = ShortVector.zero(SHORTS);
      ShortVector b = a;
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + 2L * i * BYTES);
        ShortVector w = shorts(from + (2L * i + 1) * BYTES);
        ShortVector e = Dots.pair(x, at + 2 * i);
        a = a.add(v.and(SHORTS_15).mul(e));
        b = b.add(w.and(SHORTS_15).mul(e));
        e = Dots.pair(x, at + 2 * i + 1);
        a = a.add(shr(v, 8).and(SHORTS_15).mul(e));
        b = b.add(shr(w, 8).and(SHORTS_15).mul(e));
        e = Dots.pair(x, at + 2 * i + 8);
        a = a.add(shr(v, 4).and(SHORTS_15).mul(e));
        b = b.add(shr(w, 4).and(SHORTS_15).mul(e));
        e = Dots.pair(x, at + 2 * i + 9);
        a = a.add(shr(v, 12).mul(e));
        b = b.add(shr(w, 12).mul(e));
      }
      pairSums(a).intoArray(sums, to);
      pairSums(b).intoArray(sums, to + LANES);
    }
  }

  /** Q5_0 and Q5_1: a word of fifth bits, then four words of nibbles. */
  static final class FiveBits extends Plain {
    FiveBits(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      short bias = (short) format().quants().bias();
      for (int j = 0; j < s.blocks; j++) {
        unpack(quantsOf(s, j), bias, s.panel.quants, Panel.pair(16 * j, 0));
      }
    }

    private static void unpack(long from, short bias, short[] q, int first) {
      for (int u = 0; u < 8; u++) {
        IntVector fifths = ints(from + (long) (u & 1) * BYTES);
        ShortVector v = shorts(from + (2L + u) * BYTES);
        int at = first + (2 * u - (u & 1)) * ROWS;
        int bit = u / 2 * 4;
        with(v.and(SHORTS_15), shr(fifths, bit), bias).intoArray(q, at);
        with(shr(v, 8).and(SHORTS_15), shr(fifths, bit + 1), bias).intoArray(q, at + 2 * ROWS);
        with(shr(v, 4).and(SHORTS_15), shr(fifths, bit + 16), bias).intoArray(q, at + 16 * ROWS);
        with(shr(v, 12), shr(fifths, bit + 17), bias).intoArray(q, at + 18 * ROWS);
      }
    }

    /** Adds bits 0 and 2 of {@code fifths} to the two nibbles of each lane. */
    private static ShortVector with(ShortVector nibbles, IntVector fifths, short bias) {
      IntVector first = fifths.and(1).lanewise(VectorOperators.LSHL, 4);
      IntVector second = fifths.and(4).lanewise(VectorOperators.LSHL, 18);
      return nibbles.or(first.or(second).reinterpretAsShorts()).sub(bias);
    }
  }

  /** IQ4_NL: four words of nibbles that index a table. */
  static final class NonLinear extends Plain {
    NonLinear(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      for (int j = 0; j < s.blocks; j++) {
        nibbles(quantsOf(s, j), 4, s.panel, 16 * j, 16 * j + 8);
      }
      lookUp(s.panel, 0, 16 * s.blocks);
    }
  }

  /** Q8_0: eight words of signed bytes. */
  static final class EightBits extends Plain {
    EightBits(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      for (int j = 0; j < s.blocks; j++) {
        unpack(quantsOf(s, j), s.panel.quants, Panel.pair(16 * j, 0));
      }
    }

    private static void unpack(long from, short[] q, int first) {
      for (int u = 0; u < 16; u++) {
        ShortVector v = shorts(from + (long) u * BYTES);
        int at = first + (2 * u - (u & 1)) * ROWS;
        v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8).intoArray(q, at);
        v.lanewise(VectorOperators.ASHR, 8).intoArray(q, at + 2 * ROWS);
      }
    }

    @Override
    Stage[] dot(int[] x) {
      return new Stage[] {
        s -> {
          for (int j = 0; j < s.blocks; j++) {
            dot(quantsOf(s, j), x, s.at + 16 * j, s.whole, j * ROWS);
          }
        }
      };
    }

    private static void dot(long from, int[] x, int at, int[] sums, int to) {
      IntVector a = IntVector.zero(INTS);
      IntVector b = a;
      for (int i = 0; i < 8; i++) {
        ShortVector v = shorts(from + 2L * i * BYTES);
        ShortVector w = shorts(from + (2L * i + 1) * BYTES);
        ShortVector e = Dots.pair(x, at + 2 * i);
        ShortVector f = Dots.pair(x, at + 2 * i + 1);
        a = a.add(pairSums(low(v).mul(e).add(v.lanewise(VectorOperators.ASHR, 8).mul(f))));
        b = b.add(pairSums(low(w).mul(e).add(w.lanewise(VectorOperators.ASHR, 8).mul(f))));
      }
      a.intoArray(sums, to);
      b.intoArray(sums, to + LANES);
    }

    private static ShortVector low(ShortVector v) {
      return v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
    }
  }
}
