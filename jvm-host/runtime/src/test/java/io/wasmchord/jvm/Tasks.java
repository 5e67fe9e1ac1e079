package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Work on threads of its own; whoever waits for it too long fails rather than hangs. */
final class Tasks {
  private static final long LIMIT_SECONDS = 120;

  private Tasks() {}

  /** Work that has begun. */
  record Task<T>(FutureTask<T> future, Thread thread) {
    T get() throws Exception {
      try {
        return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new AssertionError("it hangs: " + thread, e);
      }
    }

    /** What it threw. */
    <E extends Throwable> E failure(Class<E> type) {
      Throwable thrown = assertThrows(ExecutionException.class, this::get).getCause();
      assertTrue(type.isInstance(thrown), () -> type + " expected, but " + thrown);
      return type.cast(thrown);
    }

    boolean ended() {
      return future.isDone();
    }
  }

  static <T> Task<T> start(Callable<T> work) {
    FutureTask<T> future = new FutureTask<>(work);
    Thread thread = new Thread(future, "test");
    thread.setDaemon(true);
    thread.start();
    return new Task<>(future, thread);
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it never came true");
      Thread.yield();
    }
  }
}
