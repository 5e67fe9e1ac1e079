package io.wasmchord.web.kernels;

/**
 * What the threads share besides commands; offsets in bytes, one cache line each so that waiting
 * threads do not slow the working ones.
 */
public final class ControlLayout {
  /** Threads that have reached the barrier. */
  public static final int ARRIVED = 0;

  /** How often the barrier has opened. */
  public static final int GENERATION = 64;

  /** Threads that sleep at the barrier. */
  public static final int SLEEPERS = 128;

  /** How many lists were submitted; workers wait for it to change. */
  public static final int EPOCH = 192;

  /** Workers that sleep between lists. */
  public static final int IDLE = 256;

  /** Address of the submitted list; 0 ends the workers. */
  public static final int LIST = 320;

  /** Not 0 when a worker failed. */
  public static final int FAILED = 384;

  /** Number of threads; then the address of thread 0's scratch and the bytes of each. */
  public static final int THREADS = 512;

  public static final int SCRATCH = 516;
  public static final int SCRATCH_BYTES = 520;

  /** Bytes from one command of a list to the next. */
  public static final int STRIDE = 524;

  /** Of a module that counts: address of thread 0's {@link ProfileLayout}, and its bytes. */
  public static final int PROFILE = 528;

  public static final int PROFILE_BYTES = 532;

  /** Chunks that each thread has done, one line each: all stand still only when nobody works. */
  public static final int PROGRESS = 576;

  /** Bytes of a thread's progress. */
  public static final int PROGRESS_BYTES = 64;

  /** Threads that there may be. */
  public static final int MOST_THREADS = 64;

  /** Bytes of the whole area. */
  public static final int BYTES = PROGRESS + MOST_THREADS * PROGRESS_BYTES;

  private ControlLayout() {}
}
