package io.wasmchord.jvm.vector;

import static java.util.Objects.requireNonNull;

import io.wasmchord.jvm.machine.ActivationRecords;
import io.wasmchord.math.Float16;
import io.wasmchord.quant.format.Partner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of activations in the form that a weight's format asks for; see {@code docs/arithmetic.md}.
 *
 * <p>Quants are int8 values as int16, two in an int: of every four columns first 0 (low) and 2
 * (high), then 1 and 3; that is how the bytes of a word of weights come apart.
 *
 * @param first the row that a product takes for its first
 * @param pairs of quants, [row][pair]; empty for floats
 * @param values the floats themselves, [row][column]; for Q8_0, of several rows, the quants as
 *     floats in the order of the pairs; empty otherwise
 * @param scales per block: d; for Q8_1 d, then d * sum(q)
 * @param sums for Q8_0 and Q8_K: sums of 32 and of 16 values each
 * @param records the same for kernels in machine code, or null
 * @param address of floats that are used where they stand, or 0
 */
record Activations(
    Partner format,
    int first,
    int cols,
    int[] pairs,
    float[] values,
    float[] scales,
    int[] sums,
    @Nullable ActivationRecords records,
    long address) {
  private static final boolean VECTORS = VectorSupport.present();
  private static final Quantizer QUANTIZER = VECTORS ? new VectorQuantizer() : new PlainQuantizer();

  /** Floats that are used where they stand; nothing may change them before. */
  static Activations standing(VectorTensor x) {
    return new Activations(
        Partner.FLOATS,
        0,
        x.cols(),
        new int[0],
        new float[0],
        new float[0],
        new int[0],
        null,
        x.address());
  }

  /** Room for {@code rows} rows, for kernels of any kind. */
  static Activations allocate(Partner format, int rows, int cols) {
    return allocate(format, rows, cols, true);
  }

  /**
   * Room for {@code rows} rows. Without the Vector API there are records alone.
   *
   * @param machine whether there are records too
   */
  static Activations allocate(Partner format, int rows, int cols, boolean machine) {
    int values = Math.multiplyExact(rows, cols);
    int quants = format == Partner.FLOATS || !VECTORS ? 0 : values;
    int summed = summed(format);
    boolean floats = format == Partner.FLOATS || (VECTORS && format == Partner.Q8_0 && rows > 1);
    return new Activations(
        format,
        0,
        cols,
        new int[quants / 2],
        new float[floats ? values : 0],
        new float[format.scales() * (values / format.blockValues())],
        new int[summed == 0 ? 0 : values / summed],
        machine ? MachineKernels.records(format, rows, cols) : null,
        0);
  }

  /** Room for rows that only kernels in machine code read, and write. */
  static Activations records(Partner format, int rows, int cols) {
    return new Activations(
        format,
        0,
        cols,
        new int[0],
        new float[0],
        new float[0],
        new int[0],
        ActivationRecords.allocate(format, rows, cols),
        0);
  }

  /** Who reads them. */
  enum Form {
    /** Kernels in machine code, where they stand. */
    STANDING,
    /** Kernels in machine code. */
    RECORDS,
    /** Kernels of any kind. */
    ALL
  }

  Form form() {
    boolean records = this.records != null && scales.length == 0;
    return address != 0 ? Form.STANDING : records ? Form.RECORDS : Form.ALL;
  }

  /** Values that share a sum, or 0: beside the partner's own, those that take a bias off Q8_0. */
  private static int summed(Partner format) {
    return format == Partner.Q8_0 ? format.blockValues() : format.summed();
  }

  /** The same values for a product that begins at another row. */
  Activations from(int row) {
    return new Activations(format, row, cols, pairs, values, scales, sums, records, address);
  }

  boolean holds(Partner wanted, Form form, int rows, int columns) {
    if (format != wanted || cols != columns || form() != form) {
      return false;
    }
    return form == Form.RECORDS
        ? requireNonNull(records).holds(rows, columns)
        : size() >= rows * columns;
  }

  private int size() {
    return format == Partner.FLOATS
        ? values.length
        : scales.length / format.scales() * format.blockValues();
  }

  /** The step that fills this from floats at {@code address}. */
  WorkerPool.Step<KernelScratch> fill(long address, int rows) {
    return fill(address, rows, row -> row);
  }

  /** The same where row i is row {@code source(i)} of the floats; asked for when the step runs. */
  WorkerPool.Step<KernelScratch> fill(long address, int rows, IntUnaryOperator source) {
    int span =
        format == Partner.FLOATS
            ? cols
            : Math.min(cols, 1024 / format.blockValues() * format.blockValues());
    int spans = (cols + span - 1) / span;
    return new WorkerPool.Step<>() {
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
      public void run(int from, int to, KernelScratch scratch) {
        for (int unit = from; unit < to; unit++) {
          int at = unit % spans * span;
          int row = unit / spans;
          long there = address + 4L * ((long) source.applyAsInt(row) * cols + at);
          span(there, row * cols + at, Math.min(span, cols - at), scratch);
        }
      }
    };
  }

  private void span(long address, int at, int n, KernelScratch scratch) {
    MemorySegment from = Width.ALL.asSlice(address, 4L * n);
    if (format == Partner.FLOATS) {
      MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, at, n);
      return;
    }
    if (form() == Form.RECORDS) {
      int block = at / format.blockValues();
      MachineFloats.elements()
          .quantize(address, requireNonNull(records), block, n / format.blockValues());
      return;
    }
    float[] x = scratch.floats(n);
    MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, x, 0, n);
    for (int i = 0; i < n; i += format.blockValues()) {
      int block = (at + i) / format.blockValues();
      if (format == Partner.Q8_K) {
        q8K(x, i, block, scratch.quants);
      } else {
        q8(x, i, block, scratch.quants);
      }
      if (VECTORS) {
        pairs(scratch.quants, (at + i) / 2);
      }
      if (records != null) {
        record(records, block, scratch.quants);
      }
    }
  }

  private void record(ActivationRecords to, int block, int[] quants) {
    switch (format) {
      case FLOATS -> throw new IllegalArgumentException("floats have no records");
      case Q8_K -> to.write256(block, quants, sums, 16 * block, scales[block]);
      case Q8_0 -> to.write32(block, quants, sums[block], scales[block]);
      case Q8_1 -> {
        int sum = Float.floatToRawIntBits(scales[2 * block + 1]);
        to.write32(block, quants, sum, scales[2 * block]);
      }
    }
  }

  private void q8K(float[] x, int from, int block, int[] q) {
    float magnitude = QUANTIZER.largest(x, from, 256);
    float inverse = magnitude == 0f ? 0f : -127f / QUANTIZER.first(x, from, 256, magnitude);
    QUANTIZER.even(x, from, 256, inverse, q);
    scales[block] = magnitude == 0f ? 0f : 1f / inverse;
    for (int s = 0; s < 16; s++) {
      sums[16 * block + s] = sum(q, 16 * s, 16);
    }
  }

  private void q8(float[] x, int from, int block, int[] q) {
    float d = QUANTIZER.largest(x, from, 32) / 127f;
    QUANTIZER.away(x, from, 32, d != 0f ? 1f / d : 0f, q);
    int sum = sum(q, 0, 32);
    if (format == Partner.Q8_0) {
      scales[block] = Float16.round(d);
      sums[block] = sum;
    } else {
      scales[2 * block] = Float16.round(d);
      scales[2 * block + 1] = Float16.round(d * sum);
    }
  }

  private static int sum(int[] q, int from, int n) {
    int sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += q[i];
    }
    return sum;
  }

  private void pairs(int[] q, int to) {
    for (int j = 0; j < format.blockValues(); j += 4) {
      pairs[to + j / 2] = (q[j] & 0xFFFF) | q[j + 2] << 16;
      pairs[to + j / 2 + 1] = (q[j + 1] & 0xFFFF) | q[j + 3] << 16;
    }
    if (values.length > 0) {
      for (int j = 0, i = 2 * to; j < format.blockValues(); j += 4, i += 4) {
        values[i] = q[j];
        values[i + 1] = q[j + 2];
        values[i + 2] = q[j + 1];
        values[i + 3] = q[j + 3];
      }
    }
  }
}
