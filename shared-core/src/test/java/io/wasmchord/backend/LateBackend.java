package io.wasmchord.backend;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A backend that is late, as one is whose work is done elsewhere: a part of what is submitted runs
 * when somebody waits for it, or for something later. Until then arrays of read-backs hold what is
 * not a number, and what the work needs must not be released.
 */
public final class LateBackend extends WrappedBackend {
  private final int atOnce; // of 4 parts of a list
  private final Deque<Runnable> pending = new ArrayDeque<>();
  private long submitted;

  /** How much runs at once. */
  public enum Haste {
    NOTHING,
    HALF,
    /** All but the last commands, the read-backs among them. */
    MOST
  }

  public LateBackend(ComputeBackend inner, Haste haste) {
    super(inner);
    this.atOnce =
        switch (haste) {
          case NOTHING -> 0;
          case HALF -> 2;
          case MOST -> 3;
        };
  }

  /** Lists that were submitted. */
  public long submitted() {
    return submitted;
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    if (pending.isEmpty()) {
      super.write(dst, offset, src);
      return;
    }
    HeapMemory copy = HeapMemory.ofSize((int) src.size());
    copy.putAll(0, src);
    pending.add(() -> super.write(dst, offset, copy));
  }

  @Override
  public Completion submit(Commands commands) {
    submitted++;
    List<Command> all = List.copyOf(commands.list());
    for (Command command : all) {
      if (command instanceof Command.ReadBack c) {
        int n = c.src().rows() * c.src().cols();
        Arrays.fill(c.dst(), c.offset(), c.offset() + n, Float.NaN);
      }
    }
    int now = pending.isEmpty() ? firstReadBack(all, atOnce * all.size() / 4) : 0;
    super.submit(Replay.of(all.subList(0, now))).await();
    Runnable rest = () -> super.submit(Replay.of(all.subList(now, all.size()))).await();
    pending.add(rest);
    return () -> runThrough(rest);
  }

  /** The read-backs are always late. */
  private static int firstReadBack(List<Command> all, int most) {
    for (int i = 0; i < most; i++) {
      if (all.get(i) instanceof Command.ReadBack) {
        return i;
      }
    }
    return most;
  }

  private void runThrough(Runnable work) {
    while (pending.contains(work)) {
      pending.remove().run();
    }
  }

  private void requireNothingPending(String what) {
    if (!pending.isEmpty()) {
      throw new IllegalStateException(what + " while " + pending.size() + " things are pending");
    }
  }

  @Override
  public void release(Tensor weight) {
    requireNothingPending("a weight is released");
    super.release(weight);
  }

  @Override
  public void release(KvCache cache) {
    requireNothingPending("a cache is released");
    super.release(cache);
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    requireNothingPending("a cache is read");
    super.read(cache, piece, to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    requireNothingPending("a cache is written");
    super.write(cache, piece, from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    requireNothingPending("a cache is copied");
    super.copy(from, to, piece);
  }

  @Override
  public void close() {
    requireNothingPending("the backend is closed");
    super.close();
  }
}
