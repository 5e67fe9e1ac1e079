package io.wasmchord.jvm.download;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How patient downloads are.
 *
 * @param attempts tries in a row that may fail without a new byte
 * @param firstDelay the wait after the first failure; it doubles with every further one
 * @param longestDelay the longest of these waits
 * @param longestRetryAfter the longest wait that a server may ask for; beyond it is an error
 * @param stall how long nothing may arrive before the connection is given up
 * @param pause how waiting is done
 * @param jitter numbers in [0, 1) that keep many clients from coming back at the same moment
 */
public record DownloadPolicy(
    int attempts,
    Duration firstDelay,
    Duration longestDelay,
    Duration longestRetryAfter,
    Duration stall,
    Pause pause,
    DoubleSupplier jitter) {
  private static final long SLICE_MILLIS = 100; // a cancellation is noticed so soon

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    /**
     * Returns after {@code time}.
     *
     * @throws CancelledException when {@code control} wants no more
     */
    void pause(Duration time, RunControl control);
  }

  /** For people who wait: about half a minute of tries without a byte. */
  public static DownloadPolicy standard() {
    return new DownloadPolicy(
        7,
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        DownloadPolicy::sleep,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * The wait before the next try.
   *
   * @param failures tries in a row that failed, from 1
   * @param atLeast what the server asks for
   */
  Duration delay(int failures, Duration atLeast) {
    double millis = firstDelay.toMillis() * Math.pow(2, failures - 1);
    double cut = Math.min((double) longestDelay.toMillis(), millis);
    Duration own = Duration.ofMillis((long) (cut * (0.5 + 0.5 * jitter.getAsDouble())));
    return own.compareTo(atLeast) > 0 ? own : atLeast;
  }

  private static void sleep(Duration time, RunControl control) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      control.check();
      try {
        Thread.sleep(Math.min(SLICE_MILLIS, left));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException("interrupted while waiting to try again");
      }
    }
  }
}
