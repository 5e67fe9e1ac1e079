package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.StateBlocks;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A step on recurrent states. A unit takes some columns of one sequence's state through all of its
 * rows, one after the other, so that a row finds what those before it left and threads need no
 * barrier.
 */
abstract class StateStep implements WorkerPool.Step<KernelScratch> {
  /** Columns of a unit: at least two vectors, so that no addition waits for the one before. */
  static final int SPAN = Math.max(StateBlocks.WIDTH, 2 * LANES);

  /** Bytes from one row of a whole block to the next. */
  static final long STRIDE = 4L * StateBlocks.WIDTH;

  private final String label;
  private final List<Rows> sequences;
  private final int units; // of a sequence

  /**
   * A sequence.
   *
   * @param first its first row in the batch
   * @param count rows
   * @param position of the first row
   * @param state address of the command's first value
   */
  record Rows(int first, int count, int position, long state) {
    int end() {
      return first + count;
    }

    /** Whether what the state holds counts as zeros. */
    boolean fresh() {
      return position == 0;
    }
  }

  /**
   * @param units of each sequence
   */
  StateStep(String label, List<SequenceRows> sequences, int layer, int offset, int units) {
    this.label = label;
    this.units = units;
    List<Rows> rows = new ArrayList<>();
    int first = 0;
    for (SequenceRows s : sequences) {
      long state = VectorTensor.of(s.cache().state(layer)).address() + 4L * offset;
      rows.add(new Rows(first, s.count(), s.position(), state));
      first += s.count();
    }
    this.sequences = List.copyOf(rows);
  }

  /** Does one unit. */
  abstract void unit(Rows rows, int unit, KernelScratch scratch);

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final int units() {
    return sequences.size() * units;
  }

  @Override
  public final int chunk() {
    return 1;
  }

  @Override
  public final void run(int from, int to, KernelScratch scratch) {
    for (int unit = from; unit < to; unit++) {
      unit(sequences.get(unit / units), unit % units, scratch);
    }
  }

  /** Some columns of rows in memory. */
  record Strided(long address, long bytes) {
    static Strided of(Columns columns) {
      VectorTensor tensor = VectorTensor.of(columns.tensor());
      return new Strided(tensor.address() + 4L * columns.from(), 4L * tensor.cols());
    }

    static Strided of(VectorTensor tensor) {
      return new Strided(tensor.address(), 4L * tensor.cols());
    }

    /** Address of a row's first value. */
    long row(int row) {
      return address + row * bytes;
    }
  }

  /** Where a column of whole blocks begins, in bytes, in a matrix of so many rows. */
  static long place(int column, int rows) {
    int within = column % StateBlocks.WIDTH;
    return 4L * (column - within) * rows + 4L * within;
  }

  static void zero(long address, int values) {
    ALL.asSlice(address, 4L * values).fill((byte) 0);
  }

  static float get(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  static void put(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }
}
