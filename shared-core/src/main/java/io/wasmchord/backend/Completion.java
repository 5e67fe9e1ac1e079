package io.wasmchord.backend;

/** Submitted work. */
@FunctionalInterface
public interface Completion {
  /** Work that was finished by the time submit returned. */
  Completion DONE = () -> {};

  /**
   * Waits until the commands have run and their read-backs are filled. The only place where compute
   * may suspend.
   */
  void await();
}
