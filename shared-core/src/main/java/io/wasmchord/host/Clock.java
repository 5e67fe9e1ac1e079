package io.wasmchord.host;

/** Monotonic time from the host. */
@FunctionalInterface
public interface Clock {
  /** Nanoseconds from an arbitrary origin; never goes backwards. */
  long nanos();

  /** The platform's own monotonic clock. */
  static Clock system() {
    return System::nanoTime;
  }
}
