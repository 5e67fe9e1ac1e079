package io.wasmchord.web.gpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a weight that one dispatch can bind. A weight lies in a buffer that holds whole rows from
 * its beginning on; a window of it begins at a row that lies at a multiple of 256 bytes.
 *
 * @param window what is bound
 * @param from the first of these rows, in the weight
 * @param first the same row, counted from the window's beginning
 * @param count rows
 */
record WeightRows(DispatchList.Window window, int from, int first, int count) {
  private static final int ALIGNMENT = 256;

  /** All rows of a weight, window by window. */
  static List<WeightRows> of(GpuTensor weight, long limit) {
    List<WeightRows> parts = new ArrayList<>();
    for (int from = 0; from < weight.rows(); ) {
      WeightRows part = with(weight, from, limit);
      int skip = from - part.from;
      parts.add(new WeightRows(part.window, from, part.first + skip, part.count - skip));
      from = part.from + part.count;
    }
    return parts;
  }

  /** The window with a row. */
  static WeightRows with(GpuTensor weight, int row, long limit) {
    long bytes = weight.rowBytes();
    long before = weight.data().offset() / bytes; // rows of the buffer before the weight
    int step = ALIGNMENT / gcd(ALIGNMENT, (int) (bytes % ALIGNMENT));
    long most = Math.max(step, (limit - 4) / bytes / step * step);
    if (before + weight.rows() <= most) {
      long size = padded((before + weight.rows()) * bytes);
      return new WeightRows(
          new DispatchList.Window(weight.data().buffer(), 0, size), 0, (int) before, weight.rows());
    }
    long start = (before + row) / most * most;
    long end = Math.min(start + most, before + weight.rows());
    int from = (int) Math.max(0, start - before);
    return new WeightRows(
        new DispatchList.Window(
            weight.data().buffer(), start * bytes, padded((end - start) * bytes)),
        from,
        (int) (before + from - start),
        (int) (end - before) - from);
  }

  boolean holds(int row) {
    return row >= from && row < from + count;
  }

  /** Bytes of a buffer that holds so many: it ends with a whole word. */
  static long padded(long bytes) {
    return (bytes + 3) / 4 * 4;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
