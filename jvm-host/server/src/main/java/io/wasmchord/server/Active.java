package io.wasmchord.server;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The calls that are being answered, so that a server can wait for their ends. */
final class Active {
  private final Set<Object> calls = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed; // this and calls: guarded by this
  private volatile boolean cut;

  /** Whether a call may be answered; then {@link #leave} ends it. */
  synchronized boolean enter(Object call) {
    if (closed) {
      return false;
    }
    calls.add(call);
    return true;
  }

  /** Ends a call, if it was let in. */
  synchronized void leave(Object call) {
    calls.remove(call);
    notifyAll();
  }

  synchronized boolean closed() {
    return closed;
  }

  synchronized int count() {
    return calls.size();
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
      while (!calls.isEmpty()) {
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
