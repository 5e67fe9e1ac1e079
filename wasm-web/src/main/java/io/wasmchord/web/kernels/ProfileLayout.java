package io.wasmchord.web.kernels;

/**
 * What a thread notes in a module that counts: a record for each place of the function table.
 * Offsets in bytes, times in microseconds.
 */
public final class ProfileLayout {
  /** Commands of which the thread did a part, or tried to. */
  public static final int COMMANDS = 0;

  /** Time with them. */
  public static final int WORK = 4;

  /** Barriers that came next. */
  public static final int WAITS = 8;

  /** Time at them. */
  public static final int WAITED = 12;

  /** Waits of more than {@link #LONG_MICROS}. */
  public static final int LONG_WAITS = 16;

  /** A wait of which the thread spends a part asleep. */
  public static final int LONG_MICROS = 100;

  /** Bytes of a record. */
  public static final int RECORD = 32;

  private ProfileLayout() {}
}
