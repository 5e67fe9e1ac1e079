package io.wasmchord.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The slots of a model, and which of them are free. */
final class Slots {
  private final List<Slot> free; // those that were used longest ago first

  Slots(List<Slot> all) {
    this.free = new ArrayList<>(all);
  }

  boolean full() {
    return free.isEmpty();
  }

  /** The slot that was used longest ago; it is free. */
  Slot take() {
    return free.removeFirst();
  }

  /**
   * The free slot that is best for a prompt: one that holds at least half of it, such as the
   * conversation so far, else the one that was used longest ago.
   */
  Slot take(int[] prompt) {
    Slot best = free.stream().max(Comparator.comparingInt(s -> s.holds(prompt))).orElseThrow();
    Slot taken = 2 * best.holds(prompt) >= prompt.length ? best : free.getFirst();
    free.remove(taken);
    return taken;
  }

  void giveBack(Slot slot) {
    free.add(slot);
  }
}
