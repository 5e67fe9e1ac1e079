package io.wasmchord.constraint.automaton;

import org.jspecify.annotations.Nullable;

/**
 * A set of stacks of frames: by each top frame, what may be below it. Immutable but for what it
 * remembers; made by {@link Automaton}, which gives equal ones once.
 */
public final class Stacks {
  private final int id;
  private final Node[] tops; // ascending ids
  private final Stacks[] below;
  private final boolean complete;
  private final boolean open;
  private Stacks @Nullable [] next;
  private @Nullable Stacks returned;

  Stacks(int id, Node[] tops, Stacks[] below, boolean complete, boolean open) {
    this.id = id;
    this.tops = tops;
    this.below = below;
    this.complete = complete;
    this.open = open;
  }

  /** A number that no other set has. */
  public int id() {
    return id;
  }

  /** How many different frames are on top. */
  public int size() {
    return tops.length;
  }

  /** A frame on top. */
  public Node top(int i) {
    return tops[i];
  }

  /** What may be below a frame on top. */
  public Stacks below(int i) {
    return below[i];
  }

  /** Whether the empty stack is among them: the text may end. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether a stack is among them of which only the end is known that was here. */
  public boolean isOpen() {
    return open;
  }

  /** Whether nothing may come, not even the end. */
  public boolean isDead() {
    return tops.length == 0 && !complete && !open;
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** What was remembered of a byte. */
  @Nullable Stacks next(int b) {
    return next == null ? null : next[b];
  }

  /** What was remembered of the return to them. */
  @Nullable Stacks returned() {
    return returned;
  }

  void rememberReturn(Stacks after) {
    returned = after;
  }

  void remember(int b, Stacks after) {
    if (next == null) {
      next = new Stacks[256];
    }
    next[b] = after;
  }
}
