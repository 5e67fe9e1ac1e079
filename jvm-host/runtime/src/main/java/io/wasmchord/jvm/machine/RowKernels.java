package io.wasmchord.jvm.machine;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Sums and products of rows of floats, and softmax, in machine code. Counts are multiples of {@link
 * #LANES}, and may be 0 only where nothing is summed. Addresses are trusted.
 */
@SuppressWarnings("restricted")
public final class RowKernels {
  /** Values that are taken together. */
  public static final int LANES = 16;

  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final Map<RowWriter.Work, MemorySegment> kernels = new EnumMap<>(RowWriter.Work.class);
  private final MemorySegment softmax;

  /** Writes them for a processor that can run a variant. */
  public RowKernels(Variant variant) {
    List<RowWriter.Work> all = List.of(RowWriter.Work.values());
    List<byte[]> codes = new ArrayList<>();
    all.forEach(work -> codes.add(RowWriter.code(variant, work)));
    codes.add(new SoftmaxWriter(variant).code());
    MemorySegment[] places = Kernels.place(codes);
    for (int i = 0; i < all.size(); i++) {
      kernels.put(all.get(i), places[i]);
    }
    this.softmax = places[all.size()];
  }

  /**
   * Replaces scores by {@code exp(score - max)}.
   *
   * @param scores address of {@code rows} rows of {@code runs} runs of sixteen
   * @param results address of a pair of floats for each row: what the maximum is at least, which
   *     becomes the maximum; and the sum, which is written
   */
  public void softmax(long scores, long stride, int rows, int runs, long results) {
    try {
      CALL.invokeExact(softmax, scores, results, (long) rows, stride, (long) runs);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }

  /** {@code out = x + y}; out may be x. */
  public void add(long x, long y, long out, long count) {
    call(RowWriter.Work.ADD, x, y, out, count, 0);
  }

  /** {@code out = x - value}, where value is the address of one float; out may be x. */
  public void less(long x, long value, long out, long count) {
    call(RowWriter.Work.LESS, x, 0, out, count, value);
  }

  /** {@code x = x * factor}, where factor is the address of one float. */
  public void times(long x, long factor, long count) {
    call(RowWriter.Work.TIMES, x, 0, x, count, factor);
  }

  /** {@code out = x * factor * by}, where factor is the address of one float; out may be x. */
  public void scale(long x, long factor, long by, long out, long count) {
    call(RowWriter.Work.SCALE, x, by, out, count, factor);
  }

  /** Writes the sum, in sixteen lanes that are folded in halves. */
  public void sum(long x, long out, long count) {
    call(RowWriter.Work.SUM, x, 0, out, count, 0);
  }

  /** Likewise of the squares. */
  public void squares(long x, long out, long count) {
    call(RowWriter.Work.SQUARES, x, 0, out, count, 0);
  }

  private void call(RowWriter.Work work, long x, long y, long out, long count, long factor) {
    if (count == 0) {
      return;
    }
    try {
      CALL.invokeExact(requireNonNull(kernels.get(work)), x, y, out, count / LANES, factor);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }
}
