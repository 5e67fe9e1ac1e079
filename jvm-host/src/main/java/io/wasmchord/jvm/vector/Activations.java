package io.wasmchord.jvm.vector;

import io.wasmchord.quant.Q8K;
import io.wasmchord.quant.Q8_0;
import io.wasmchord.quant.Q8_1;
import io.wasmchord.quant.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of activations in the form that a weight's format asks for; see {@code docs/arithmetic.md}.
 *
 * <p>Quants are int8 values as int16, two in an int: of every four columns first 0 (low) and 2
 * (high), then 1 and 3; that is how the bytes of a word of weights come apart.
 *
 * @param pairs of quants, [row][pair]; empty for floats
 * @param values the floats themselves, [row][column]; empty otherwise
 * @param scales per block: d; for Q8_1 d, then d * sum(q)
 * @param sums for Q8_K: sums of 16 values each
 */
record Activations(
    Format format, int cols, int[] pairs, float[] values, float[] scales, int[] sums) {
  /** The forms. */
  enum Format {
    FLOATS(1, 0),
    Q8_0(32, 1),
    Q8_1(32, 2),
    Q8_K(256, 1);

    final int block;
    final int scalesPerBlock;

    Format(int block, int scalesPerBlock) {
      this.block = block;
      this.scalesPerBlock = scalesPerBlock;
    }

    /** What a weight of {@code type} is multiplied with. */
    static Format of(TensorType type) {
      return switch (type) {
        case F32, F16, BF16 -> FLOATS;
        case Q4_0, Q5_0, Q8_0, IQ4_NL -> Q8_0;
        case Q4_1, Q5_1 -> Q8_1;
        default -> Q8_K;
      };
    }
  }

  /** Room for {@code rows} rows. */
  static Activations allocate(Format format, int rows, int cols) {
    int values = Math.multiplyExact(rows, cols);
    int quants = format == Format.FLOATS ? 0 : values;
    return new Activations(
        format,
        cols,
        new int[quants / 2],
        new float[values - quants],
        new float[format.scalesPerBlock * (values / format.block)],
        new int[format == Format.Q8_K ? values / 16 : 0]);
  }

  boolean holds(Format wanted, int rows, int columns) {
    return format == wanted
        && cols == columns
        && 2 * pairs.length + values.length >= rows * columns;
  }

  /** The step that fills this from floats at {@code address}. */
  Team.Step<Scratch> fill(long address, int rows) {
    int span = format == Format.FLOATS ? cols : Math.min(cols, 1024 / format.block * format.block);
    int spans = (cols + span - 1) / span;
    return new Team.Step<>() {
      @Override
      public String label() {
        return "quantize " + format;
      }

      @Override
      public int units() {
        return rows * spans;
      }

      @Override
      public int chunk() {
        return 1;
      }

      @Override
      public void run(int from, int to, Scratch scratch) {
        for (int unit = from; unit < to; unit++) {
          int first = unit % spans * span;
          span(address, unit / spans * cols + first, Math.min(span, cols - first), scratch);
        }
      }
    };
  }

  private void span(long address, int at, int n, Scratch scratch) {
    MemorySegment from = Lanes.ALL.asSlice(address + 4L * at, 4L * n);
    if (format == Format.FLOATS) {
      MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, at, n);
      return;
    }
    float[] x = scratch.floats(n);
    MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, x, 0, n);
    byte[] q = new byte[format.block];
    short[] sixteens = new short[format.block / 16];
    for (int i = 0; i < n; i += format.block) {
      int block = (at + i) / format.block;
      switch (format) {
        case Q8_0 -> scales[block] = Q8_0.quantizeBlock(x, i, q, 0);
        case Q8_1 -> Q8_1.quantizeBlock(x, i, q, 0, scales, 2 * block);
        default -> {
          scales[block] = Q8K.quantizeBlock(x, i, q, 0, sixteens, 0);
          for (int s = 0; s < 16; s++) {
            sums[16 * block + s] = sixteens[s];
          }
        }
      }
      for (int j = 0; j < q.length; j += 4) {
        int pair = (at + i + j) / 2;
        pairs[pair] = (q[j] & 0xFFFF) | q[j + 2] << 16;
        pairs[pair + 1] = (q[j + 1] & 0xFFFF) | q[j + 3] << 16;
      }
    }
  }
}
