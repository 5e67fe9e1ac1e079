package io.wasmchord.server.models;

import io.wasmchord.server.http.ApiError;
import java.util.concurrent.atomic.AtomicInteger;

/** All requests that wait, for a model or for one of its slots; there may be so many. */
public final class WaitingLine {
  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();

  public WaitingLine(int most) {
    this.most = most;
  }

  /** A request's place, given up when it waits no longer. */
  final class Place implements AutoCloseable {
    private boolean taken;

    /**
     * Waits from now on, if it does not yet.
     *
     * @throws ApiError when too many wait
     */
    void take() {
      if (taken) {
        return;
      }
      if (waiting.incrementAndGet() > most) {
        waiting.decrementAndGet();
        throw ApiError.busy(
            "all slots are taken, and " + most + " requests wait already; try again in a moment");
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
