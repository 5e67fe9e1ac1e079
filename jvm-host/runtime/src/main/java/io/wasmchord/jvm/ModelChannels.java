package io.wasmchord.jvm;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.WeightsUnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A model's files, read by range of their bytes one after the other. Unlike a mapping, a file that
 * is cut short meanwhile is an error of Java's. Threads may read at the same time.
 *
 * <p>Where a thread is interrupted while it reads from a channel, the channel is closed for all. So
 * what a caller's thread reads while a model computes is read with {@link #bytes}.
 */
final class ModelChannels implements AutoCloseable {
  private static final int CHUNK = 4 << 20; // read between two looks at whether to stop

  private final List<Split> splits;

  /** A file, and where it begins in the bytes of all. */
  private record Split(
      Path path, FileChannel channel, RandomAccessFile file, long start, long size) {}

  private ModelChannels(List<Split> splits) {
    this.splits = splits;
  }

  /**
   * Opens a model's files.
   *
   * @throws FileException when one cannot be opened
   */
  static ModelChannels open(List<Path> paths) {
    List<Split> splits = new ArrayList<>();
    ModelChannels channels = new ModelChannels(splits);
    for (Path path : paths) {
      try {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        splits.add(new Split(path, channel, file, channels.size(), channel.size()));
      } catch (IOException e) {
        channels.close();
        throw new FileException(path + " cannot be read: " + e.getMessage());
      }
    }
    return channels;
  }

  /** Bytes of all files when they were opened. */
  long size() {
    return splits.isEmpty() ? 0 : splits.getLast().start + splits.getLast().size;
  }

  /** The first file. */
  String name() {
    return splits.getFirst().path.toString();
  }

  /**
   * Reads from byte {@code offset} on until {@code target} is full.
   *
   * @param stop asked between chunks
   * @throws WeightsUnavailableException when the bytes are not there any more, or cannot be read
   * @throws CancelledException when {@code stop} says so
   * @throws IndexOutOfBoundsException when the range is in none of the files
   */
  void read(long offset, MemorySegment target, BooleanSupplier stop) {
    Split split = split(offset, target.byteSize());
    fill(split, offset - split.start, target, stop);
  }

  /**
   * A few bytes from byte {@code offset} on, read in spite of interruptions.
   *
   * @throws WeightsUnavailableException when they are not there any more, or cannot be read
   * @throws IndexOutOfBoundsException when the range is in none of the files
   */
  byte[] bytes(long offset, int count) {
    Split split = split(offset, count);
    byte[] bytes = new byte[count];
    long position = offset - split.start;
    synchronized (split.file) {
      try {
        split.file.seek(position);
        split.file.readFully(bytes);
      } catch (EOFException e) {
        throw ended(split, position);
      } catch (IOException e) {
        throw unreadable(split, position, e);
      }
    }
    return bytes;
  }

  private Split split(long offset, long length) {
    for (Split split : splits) {
      if (offset >= split.start && offset + length <= split.start + split.size) {
        return split;
      }
    }
    throw new IndexOutOfBoundsException(name() + ": no file has " + length + " bytes at " + offset);
  }

  private static void fill(Split split, long from, MemorySegment target, BooleanSupplier stop) {
    for (long done = 0; done < target.byteSize(); ) {
      if (stop.getAsBoolean()) {
        throw new CancelledException("the model was closed while it was read");
      }
      long length = Math.min(CHUNK, target.byteSize() - done);
      ByteBuffer chunk = target.asSlice(done, length).asByteBuffer();
      done += readSome(split, chunk, from + done);
    }
  }

  private static int readSome(Split split, ByteBuffer chunk, long position) {
    int read;
    try {
      read = split.channel.read(chunk, position);
    } catch (ClosedByInterruptException e) {
      throw new CancelledException("interrupted while the model was read");
    } catch (IOException e) {
      throw unreadable(split, position, e);
    }
    if (read < 0) {
      throw ended(split, position);
    }
    return read;
  }

  private static WeightsUnavailableException unreadable(Split split, long position, IOException e) {
    return new WeightsUnavailableException(
        split.path + " cannot be read at byte " + position + ": " + reason(e));
  }

  private static WeightsUnavailableException ended(Split split, long position) {
    return new WeightsUnavailableException(
        split.path
            + " ends before byte "
            + position
            + ", it had "
            + split.size
            + "; it was changed while the model was in use: put the whole file back and load the"
            + " model again");
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    for (Split split : splits) {
      try {
        split.channel.close();
        split.file.close();
      } catch (IOException _) {
        // nothing was written that could be lost
      }
    }
  }
}
