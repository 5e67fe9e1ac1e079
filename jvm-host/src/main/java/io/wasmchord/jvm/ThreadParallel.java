package io.wasmchord.jvm;

import io.wasmchord.host.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed set of daemon threads, the caller among them, that take chunks of a range until none is left. */
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
          for (int from = next.getAndAdd(chunk); from < n && from >= 0; from = next.getAndAdd(chunk)) {
            range.run(from, Math.min(n, from + chunk));
          }
        };
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      futures.add(helpers.submit(work));
    }
    try {
      work.run();
    } finally {
      futures.forEach(ThreadParallel::join);
    }
  }

  private static void join(Future<?> future) {
    boolean interrupted = false;
    while (true) {
      try {
        future.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    helpers.shutdownNow();
  }
}
