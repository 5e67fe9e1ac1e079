package io.wasmchord.backend;

/** Submitted work. */
@FunctionalInterface
public interface Completion {
  /** Work that was finished by the time submit returned. */
  Completion DONE = () -> {};

  /**
   * Waits until the commands, and all that was submitted before them, have run and their read-backs
   * are filled. The only place where compute may suspend. Waiting again does nothing. A failure of
   * the commands is thrown here or by {@link ComputeBackend#submit}.
   */
  void await();
}
