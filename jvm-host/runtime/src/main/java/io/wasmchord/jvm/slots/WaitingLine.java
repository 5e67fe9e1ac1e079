package io.wasmchord.jvm.slots;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** All requests that wait, for a model or for one of its slots; there may be so many. */
public final class WaitingLine {
  private final int most;
  private final Supplier<? extends RuntimeException> full;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param most that wait at a time
   * @param full what one more is told
   */
  public WaitingLine(int most, Supplier<? extends RuntimeException> full) {
    this.most = most;
    this.full = full;
  }

  /** Where any number may wait. */
  public static WaitingLine endless() {
    return new WaitingLine(Integer.MAX_VALUE, () -> new IllegalStateException("too many wait"));
  }

  /** A request's place, given up when it waits no longer. */
  public final class Place implements AutoCloseable {
    private boolean taken;

    /**
     * Waits from now on, if it does not yet.
     *
     * @throws RuntimeException the line's, when too many wait
     */
    public void take() {
      if (taken) {
        return;
      }
      if (waiting.incrementAndGet() > most) {
        waiting.decrementAndGet();
        throw full.get();
      }
      taken = true;
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        waiting.decrementAndGet();
      }
    }
  }

  /** How many wait now. */
  public int length() {
    return waiting.get();
  }
}
