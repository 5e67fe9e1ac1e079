package io.wasmchord.jvm;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.RunControl;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads in one at a time, in the order in which they asked. A thread that waits hears its
 * {@link RunControl}, its interruption and the end of it all, and keeps its place meanwhile. A
 * thread that is in may enter again.
 */
final class Turns {
  private static final long LOOK_NANOS = 10_000_000; // between two looks at a control

  private final Queue<Waiter> waiting = new ArrayDeque<>(); // this and below: guarded by this
  private @Nullable Thread owner;
  private int depth;
  private boolean closed;

  private enum State {
    WAITING,
    CALLED,
    CLOSED
  }

  /** A thread in the queue. */
  private static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private final boolean leavesOnClose;
    private volatile State state = State.WAITING;

    Waiter(boolean leavesOnClose) {
      this.leavesOnClose = leavesOnClose;
    }

    void tell(State now) {
      state = now;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits for the turn of the calling thread.
   *
   * @throws CancelledException when {@code control} asks for it or the thread is interrupted, which
   *     it stays
   * @throws ClosedException once these turns are closed
   */
  void enter(RunControl control) {
    stopIfAsked(control);
    Waiter own = queue(true);
    if (own == null) {
      return;
    }
    try {
      while (own.state == State.WAITING) {
        if (control == RunControl.NONE) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, LOOK_NANOS);
        }
        stopIfAsked(control);
      }
    } catch (RuntimeException | Error e) { // a control is the caller's code
      giveUp(own);
      throw e;
    }
    if (own.state == State.CLOSED) {
      throw ClosedException.model();
    }
  }

  /** The same for what must be done in any case: nothing stops it, nor does closing. */
  void enterAnyway() {
    Waiter own = queue(false);
    boolean interrupted = false;
    while (own != null && own.state == State.WAITING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stopIfAsked(RunControl control) {
    control.check();
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelledException("the thread was interrupted");
    }
  }

  /** A place in the queue, or null for a thread that is in at once. */
  private synchronized @Nullable Waiter queue(boolean leavesOnClose) {
    Thread current = Thread.currentThread();
    if (owner == current) {
      depth++;
      return null;
    }
    if (closed && leavesOnClose) {
      throw ClosedException.model();
    }
    if (owner == null) {
      owner = current;
      depth = 1;
      return null;
    }
    Waiter waiter = new Waiter(leavesOnClose);
    waiting.add(waiter);
    return waiter;
  }

  private synchronized void giveUp(Waiter waiter) {
    if (waiter.state == State.CALLED) {
      callNext();
    } else {
      waiting.remove(waiter);
    }
  }

  /** Ends what {@link #enter} or {@link #enterAnyway} began. */
  synchronized void leave() {
    if (owner != Thread.currentThread()) {
      throw new IllegalStateException("the turn is another thread's");
    }
    depth--;
    if (depth == 0) {
      callNext();
    }
  }

  private void callNext() {
    Waiter next = waiting.poll();
    owner = next == null ? null : next.thread;
    depth = next == null ? 0 : 1;
    if (next != null) {
      next.tell(State.CALLED);
    }
  }

  /**
   * Lets nobody in any more, but for {@link #enterAnyway}: those who wait get a {@link
   * ClosedException}. Whoever is in stays.
   */
  synchronized void close() {
    closed = true;
    waiting.stream().filter(waiter -> waiter.leavesOnClose).forEach(w -> w.tell(State.CLOSED));
    waiting.removeIf(waiter -> waiter.leavesOnClose);
  }

  /** Threads that wait now, for tests. */
  synchronized int length() {
    return waiting.size();
  }
}
