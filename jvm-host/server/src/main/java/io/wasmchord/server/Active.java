package io.wasmchord.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The calls that are being answered, so that a server can wait for their ends. */
final class Active {
  private int calls; // this and below: guarded by this
  private boolean closed;
  private volatile boolean cut;

  /** Whether a call may be answered; then {@link #leave} ends it. */
  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    calls++;
    return true;
  }

  synchronized void leave() {
    calls--;
    notifyAll();
  }

  synchronized boolean closed() {
    return closed;
  }

  synchronized int count() {
    return calls;
  }

  /** Whether answers are cut off. */
  boolean cut() {
    return cut;
  }

  /** Lets nobody in any more. */
  synchronized void close() {
    closed = true;
  }

  /** Has answers cut off. */
  void cutOff() {
    cut = true;
  }

  /** Waits until nobody is in, at most so long; whether that came. */
  synchronized boolean await(Duration most) {
    long until = System.nanoTime() + most.toNanos();
    try {
      while (calls > 0) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }
}
