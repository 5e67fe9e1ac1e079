package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES_15;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.ScaledFormat;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * IQ1_S and IQ1_M, as {@link TernaryForm} writes them: a group's sum is eight times that of its
 * fields of two bits, and the sums of its eights, each of which is added or taken off.
 */
final class TernaryCode extends RecodedCode {
  private static final int EIGHT = 3; // as a shift
  private static final ShortVector UP = ShortVector.broadcast(SHORTS, 1);

  private final FewBits fields = new FewBits(2);

  TernaryCode(ScaledFormat format) {
    super(format, new TernaryForm(format), format.group());
  }

  private int groups() {
    return 256 / group();
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::scale, this::fill};
  }

  @Override
  Stage[] scalesOfDot() {
    return new Stage[] {this::scale};
  }

  private void fill(KernelScratch s) {
    for (int four = 0; four < groups() / 4; four++) {
      for (int lane = 0; lane < ROWS; lane += LANES) {
        long from = integerScales(s) + 2L * (2 * four * ROWS + lane);
        IntVector high = Lanes.halves(from + 2L * ROWS).lanewise(VectorOperators.LSHL, 16);
        Lanes.halves(from).or(high).and(BYTES_15).intoArray(s.panel.scales, four * ROWS + lane);
      }
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int u = 0; u < 8; u++) {
          fields.unpack(unit(s, u), s.panel, 16 * u);
        }
      },
      s -> {
        for (int eight = 0; eight < 32; eight++) {
          int g = 8 * eight / group();
          int bit = g % 2 * 8 + 4 + (group() == 16 ? eight % 2 : 0);
          long from = integerScales(s) + 2L * (g / 2 * ROWS);
          move(from, bit, s.panel.quants, Panel.pair(4 * eight, 0));
          move(from + 2L * LANES, bit, s.panel.quants, Panel.pair(4 * eight, 1));
        }
      }
    };
  }

  /** Eight values of each row: times eight, and moved. */
  private static void move(long from, int bit, short[] q, int at) {
    IntVector down = shr(Lanes.halves(from), bit).and(Lanes.INTS_1).mul(0x00020002);
    ShortVector by = UP.sub(down.reinterpretAsShorts());
    for (int i = at; i < at + 8 * ROWS; i += 2 * ROWS) {
      ShortVector v = ShortVector.fromArray(SHORTS, q, i);
      v.lanewise(VectorOperators.LSHL, EIGHT).add(by).intoArray(q, i);
    }
  }

  @Override
  void prepare(Activations x, KernelScratch s) {
    fields.tables(x, s);
    int groups = x.cols() / group();
    if (s.moves.length < groups * FewBits.TABLE) {
      s.moves = new short[groups * FewBits.TABLE];
    }
    int pair = x.first() * (x.cols() / 2);
    for (int g = 0; g < groups; g++, pair += group() / 2) {
      int half = group() == 16 ? 4 : group() / 2; // pairs of those that the lowest bit moves
      int first = sum(x, pair, half);
      int second = sum(x, pair + half, group() / 2 - half);
      for (int i = 0; i < FewBits.TABLE; i++) {
        int sum = ((i & 1) == 0 ? first : -first) + ((i & 2) == 0 ? second : -second);
        s.moves[g * FewBits.TABLE + i] = (short) sum;
      }
    }
  }

  private static int sum(Activations x, int from, int pairs) {
    int sum = 0;
    for (int i = from; i < from + pairs; i++) {
      sum += (short) x.pairs()[i] + (x.pairs()[i] >> 16);
    }
    return sum;
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s ->
          FewBits.sums(
              unit(s, 0),
              groups(),
              fields.words(group()),
              s.tables,
              fields.table(s, values()),
              s.sums,
              0),
      s -> {
        int table = s.block * groups() * FewBits.TABLE;
        for (int g = 0; g < groups(); g += 2, table += 2 * FewBits.TABLE) {
          moves(integerScales(s) + g * ROWS, s.moves, table, s.sums, (groups() + g) * ROWS);
        }
      },
      s -> scaled(integerScales(s), groups(), s.sums, s.scaled)
    };
  }

  /** What two groups are moved by. */
  private static void moves(long from, short[] moves, int table, short[] sums, int to) {
    for (int row = 0; row < ROWS; row += FewBits.rows()) {
      ShortVector word = FewBits.words(from + 2L * row);
      FewBits.lookUp(shr(word, 4), moves, table).intoArray(sums, to + row);
      FewBits.lookUp(shr(word, 12), moves, table + FewBits.TABLE).intoArray(sums, to + ROWS + row);
    }
  }

  /** The sum of scaled groups, whose ternary sums come first and then what they are moved by. */
  private static void scaled(long scales, int groups, short[] sums, int[] scaled) {
    for (int lane = 0; lane < ROWS; lane += LANES) {
      IntVector total = IntVector.zero(INTS);
      long from = scales + 2L * lane;
      for (int g = 0, at = lane; g < groups; g += 2, at += 2 * ROWS, from += 2L * ROWS) {
        IntVector word = Lanes.halves(from);
        total = total.add(word.and(Lanes.INTS_15).mul(sum(sums, at, groups * ROWS)));
        word = shr(word, 8).and(Lanes.INTS_15);
        total = total.add(word.mul(sum(sums, at + ROWS, groups * ROWS)));
      }
      total.intoArray(scaled, lane);
    }
  }

  private static IntVector sum(short[] sums, int at, int moves) {
    IntVector ternary = Lanes.widened(sums, at).lanewise(VectorOperators.LSHL, EIGHT);
    return ternary.add(Lanes.widened(sums, at + moves));
  }

  @Override
  boolean dotScales() {
    return true;
  }
}
