package io.wasmchord.quant;

import io.wasmchord.quant.format.BlockFormat;
import io.wasmchord.quant.format.Field;

/**
 * Where a block's fields lie after the blocks of several rows of a weight were interleaved. First
 * come the block's 16-bit fields, each as one value for each row, then its 8-bit fields likewise;
 * then its other bytes as words of four bytes, each as one word for each row. The blocks take the
 * same bytes as before.
 *
 * @param rows how many rows are interleaved
 * @param blockBytes bytes of one row's block
 * @param halvesAt where the 16-bit fields stand in the file's block
 * @param halves how many there are
 * @param octetsAt where the 8-bit fields stand
 * @param octets how many there are
 * @param wordsAt where the other bytes stand
 * @param words how many times four bytes
 */
public record BlockLayout(
    int rows,
    int blockBytes,
    int halvesAt,
    int halves,
    int octetsAt,
    int octets,
    int wordsAt,
    int words) {
  /** The layout of a type's blocks. */
  public static BlockLayout of(TensorType type, int rows) {
    return of(type.format(), rows);
  }

  /** The layout of a format's blocks. */
  public static BlockLayout of(BlockFormat format, int rows) {
    Run halves = Run.of(format, 2, 2);
    Run octets = Run.of(format, 1, 1);
    Run words = Run.of(format, 4, Integer.MAX_VALUE);
    return new BlockLayout(
        rows,
        format.bytes(),
        halves.at,
        halves.bytes / 2,
        octets.at,
        octets.bytes,
        words.at,
        words.bytes / 4);
  }

  /** Fields beside each other. */
  private record Run(int at, int bytes) {
    /** The fields of at least {@code least} and at most {@code most} bytes. */
    static Run of(BlockFormat format, int least, int most) {
      Run run = new Run(0, 0);
      for (Field field : format.fields()) {
        if (field.bytes() >= least && field.bytes() <= most) {
          run = run.with(format, field);
        }
      }
      return run;
    }

    private Run with(BlockFormat format, Field field) {
      if (bytes > 0 && field.at() != at + bytes) {
        throw new IllegalStateException(
            format + ": the field " + field.name() + " is apart from those of its width");
      }
      return new Run(bytes == 0 ? field.at() : at, bytes + field.bytes());
    }
  }

  /** Bytes of all rows' blocks. */
  public int bytes() {
    return rows * blockBytes;
  }

  /** Offset of the rows' values of 16-bit field {@code index}. */
  public int half(int index) {
    return 2 * rows * index;
  }

  /** Offset of the rows' values of 8-bit field {@code index}. */
  public int octet(int index) {
    return rows * (2 * halves + index);
  }

  /** Offset of the rows' word {@code index}. */
  public int word(int index) {
    return rows * (2 * halves + octets + 4 * index);
  }
}
