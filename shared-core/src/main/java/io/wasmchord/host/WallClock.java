package io.wasmchord.host;

/** The date and time of day from the host. */
@FunctionalInterface
public interface WallClock {
  /** Seconds since 1970-01-01 00:00, local time, as if there were no time zones. */
  long localSeconds();
}
