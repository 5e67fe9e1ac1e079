package io.wasmchord.jvm.vector;

import io.wasmchord.errors.ClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that walk a list of steps together: they claim chunks of a step's units, and wait for
 * each other before the next; first by reading a word over and over, then parked. The caller is one
 * of them.
 *
 * @param <S> each thread's own scratch
 */
final class WorkerPool<S> implements AutoCloseable {
  private static final int SPINS = 20_000; // about as long as a parked thread takes to wake
  private static final long NAP_NANOS = 1_000_000_000;

  private final List<Thread> helpers = new ArrayList<>();
  private final S own;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger sleepers = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger epoch = new AtomicInteger();
  private final @Nullable Profile profile;
  private volatile int generation;
  private volatile @Nullable Work<S> work;
  private volatile @Nullable Thread caller;
  private volatile boolean closed;

  /**
   * A step of a list.
   *
   * @param <S> a thread's scratch
   */
  interface Step<S> {
    /** What a profile adds its time to, e.g. {@code matmul Q4_K}. */
    String label();

    /** How many units there are. */
    int units();

    /** Units that a thread claims at a time. */
    int chunk();

    /** Whether it may run beside the step before. */
    default boolean independent() {
      return false;
    }

    /** Does the units {@code from} (inclusive) to {@code to} (exclusive). */
    void run(int from, int to, S scratch);
  }

  private record Work<S>(List<? extends Step<S>> steps, AtomicInteger[] next) {}

  /**
   * @param threads in all, the caller's included
   * @param scratch makes each thread's own
   * @param profile takes the time of every step, or null
   */
  WorkerPool(int threads, Supplier<S> scratch, @Nullable Profile profile) {
    this.profile = profile;
    own = scratch.get();
    for (int i = 1; i < threads; i++) {
      S theirs = scratch.get();
      Thread helper = new Thread(() -> serve(theirs), "chord-worker-" + i);
      helper.setDaemon(true);
      helpers.add(helper);
      helper.start();
    }
  }

  int threads() {
    return helpers.size() + 1;
  }

  /**
   * Runs the steps and returns when all are done.
   *
   * @throws RuntimeException what a step threw, from whichever thread
   * @throws ClosedException when the helpers have ended
   */
  void run(List<? extends Step<S>> steps) {
    if (closed) {
      throw ClosedException.model();
    }
    if (steps.isEmpty()) {
      return;
    }
    AtomicInteger[] next = new AtomicInteger[steps.size()];
    for (int i = 0; i < next.length; i++) {
      next[i] = new AtomicInteger();
    }
    Work<S> list = new Work<>(steps, next);
    work = list;
    caller = Thread.currentThread();
    epoch.incrementAndGet();
    wake();
    if (profile == null) {
      walk(list, own);
    } else {
      timed(list, profile);
    }
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  private void serve(S scratch) {
    int seen = 0;
    while (true) {
      int known = seen;
      await(() -> epoch.get() != known);
      seen = epoch.get();
      Work<S> list = work;
      if (list == null) {
        return;
      }
      walk(list, scratch);
    }
  }

  private void walk(Work<S> list, S scratch) {
    for (int i = 0; i < list.steps.size(); i++) {
      Step<S> step = list.steps.get(i);
      if (i > 0 && !step.independent()) {
        barrier();
      }
      if (failure.get() == null) {
        claim(step, list.next[i], scratch);
      }
    }
    barrier();
  }

  /**
   * As {@link #walk}, with a clock read after every step; a step that others share ends with them.
   */
  private void timed(Work<S> list, Profile clock) {
    long last = System.nanoTime();
    for (int i = 0; i < list.steps.size(); i++) {
      Step<S> step = list.steps.get(i);
      if (failure.get() == null) {
        claim(step, list.next[i], own);
      }
      if (i + 1 == list.steps.size() || !list.steps.get(i + 1).independent()) {
        barrier();
      }
      long now = System.nanoTime();
      clock.add(step.label(), now - last);
      last = now;
    }
  }

  private void claim(Step<S> step, AtomicInteger next, S scratch) {
    int units = step.units();
    int chunk = step.chunk();
    try {
      for (int from = next.getAndAdd(chunk);
          from < units && from >= 0;
          from = next.getAndAdd(chunk)) {
        step.run(from, Math.min(units, from + chunk), scratch);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private void barrier() {
    if (helpers.isEmpty()) {
      return;
    }
    int current = generation;
    if (arrived.incrementAndGet() == threads()) {
      arrived.set(0);
      generation = current + 1;
      wake();
    } else {
      await(() -> generation != current);
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void await(Condition condition) {
    for (int i = 0; i < SPINS; i++) {
      if (condition.holds()) {
        return;
      }
      Thread.onSpinWait();
    }
    sleepers.incrementAndGet();
    while (!condition.holds()) {
      LockSupport.parkNanos(this, NAP_NANOS);
    }
    sleepers.decrementAndGet();
  }

  private void wake() {
    if (sleepers.get() > 0) {
      helpers.forEach(LockSupport::unpark);
      LockSupport.unpark(caller);
    }
  }

  @Override
  public void close() {
    closed = true;
    work = null;
    epoch.incrementAndGet();
    helpers.forEach(LockSupport::unpark);
  }
}
