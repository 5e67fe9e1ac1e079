package io.wasmchord.constraint.automaton;

/**
 * A place in a constraint. Immutable, and safe for concurrent use; equal frames allow the same
 * texts. From every frame an end can be reached, whatever was read.
 */
public interface Frame {
  /** Says what may come here. */
  void expand(Moves moves);

  /** What it takes to remember it: about so many times 256 bytes. */
  default int weight() {
    return 1;
  }
}
