package io.wasmchord.jvm;

import io.wasmchord.host.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of daemon threads, the caller among them, that take chunks of a range until none is
 * left.
 */
public final class ThreadParallel implements Parallel, AutoCloseable {
  private static final int CHUNKS_PER_THREAD = 4;

  private final int threads;
  private final ExecutorService helpers;

  /**
   * @param threads threads in all, the caller's included; at least 1
   */
  public ThreadParallel(int threads) {
    this.threads = threads;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "chord-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Threads in all. */
  public int threads() {
    return threads;
  }

  @Override
  public void forRange(int n, Range range) {
    if (threads == 1 || n < 2) {
      range.run(0, n);
      return;
    }
    int chunk = Math.max(1, n / (threads * CHUNKS_PER_THREAD));
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int from = next.getAndAdd(chunk);
              from < n && from >= 0;
              from = next.getAndAdd(chunk)) {
            range.run(from, Math.min(n, from + chunk));
          }
        };
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      futures.add(helpers.submit(work));
    }
    Throwable failure = outcome(work);
    boolean interrupted = false;
    for (Future<?> future : futures) { // nobody may be at work when this returns
      for (boolean done = false; !done; ) {
        try {
          future.get();
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          done = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow(failure);
  }

  private static @Nullable Throwable outcome(Runnable work) {
    try {
      work.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw (RuntimeException) failure; // work throws nothing else
    }
  }

  @Override
  public void close() {
    helpers.shutdownNow();
  }
}
