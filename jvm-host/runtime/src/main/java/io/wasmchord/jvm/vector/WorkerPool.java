package io.wasmchord.jvm.vector;

import io.wasmchord.errors.ClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that walk a list of steps together, and wait for each other before the next step; first
 * by reading a word over and over, then parked. The caller is one of them.
 *
 * <p>Of each step a thread has a share, one run of units, the same part of every step: it reads
 * memory in order, far from what the others read. It takes chunks from the start of its share; who
 * has none left takes from the end of another's.
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

  /**
   * @param taken of each thread's share of each step, how many units are taken from its start on
   *     (upper half) and from its end back
   */
  private record Work<S>(List<? extends Step<S>> steps, AtomicLongArray taken) {}

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
      int who = i;
      Thread helper = new Thread(() -> serve(who, theirs), "chord-worker-" + i);
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
    Work<S> list = new Work<>(steps, new AtomicLongArray(threads() * steps.size()));
    work = list;
    caller = Thread.currentThread();
    epoch.incrementAndGet();
    wake();
    if (profile == null) {
      walk(list, 0, own);
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

  private void serve(int who, S scratch) {
    int seen = 0;
    while (true) {
      int known = seen;
      await(() -> epoch.get() != known);
      seen = epoch.get();
      Work<S> list = work;
      if (list == null) {
        return;
      }
      walk(list, who, scratch);
    }
  }

  private void walk(Work<S> list, int who, S scratch) {
    for (int i = 0; i < list.steps.size(); i++) {
      Step<S> step = list.steps.get(i);
      if (i > 0 && !step.independent()) {
        barrier();
      }
      if (failure.get() == null) {
        claim(list, i, who, scratch);
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
        claim(list, i, 0, own);
      }
      if (i + 1 == list.steps.size() || !list.steps.get(i + 1).independent()) {
        barrier();
      }
      long now = System.nanoTime();
      clock.add(step.label(), now - last);
      last = now;
    }
  }

  /** Works on a step: first on the own share, then on the others'. */
  private void claim(Work<S> list, int index, int who, S scratch) {
    try {
      for (int i = 0; i < threads(); i++) {
        take(list, index, (who + i) % threads(), i == 0, scratch);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Takes chunks of a share until none is left. */
  private void take(Work<S> list, int index, int owner, boolean own, S scratch) {
    Step<S> step = list.steps.get(index);
    int first = share(step.units(), owner);
    int end = share(step.units(), owner + 1);
    int at = owner * list.steps.size() + index;
    while (true) {
      long taken = list.taken.get(at);
      int front = (int) (taken >>> Integer.SIZE);
      int back = (int) taken;
      int count = Math.min(step.chunk(), end - first - front - back);
      if (count <= 0) {
        return;
      }
      long more = own ? (long) count << Integer.SIZE : count;
      if (list.taken.compareAndSet(at, taken, taken + more)) {
        int from = own ? first + front : end - back - count;
        step.run(from, from + count, scratch);
      }
    }
  }

  /** The first unit of a thread's share. */
  private int share(int units, int thread) {
    return (int) (((long) units * thread + threads() - 1) / threads());
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
