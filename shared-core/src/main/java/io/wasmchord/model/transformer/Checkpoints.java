package io.wasmchord.model.transformer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which positions copies of the recurrent layers' states are of. A state cannot go back: to go on
 * at an earlier position, the copy nearest before it is taken, and what lies between is fed again.
 *
 * <p>Copies are taken where a batch ends, once {@code spacing} tokens lie behind the last. When no
 * slot is left, the copy goes whose neighbours are nearest to each other, so that the rest covers
 * the sequence evenly.
 */
final class Checkpoints {
  /** The state is of no position: a batch has begun and not ended. */
  private static final int LOST = -1;

  /** Of states that are not kept. */
  static final int NO_SLOT = -1;

  private final int spacing;
  private final List<Integer> free = new ArrayList<>(); // slots
  private final List<Checkpoint> taken = new ArrayList<>(); // by position
  private int live; // the position that the state goes on at
  private @Nullable Checkpoint passing; // that goes when the next is kept

  /**
   * A copy.
   *
   * @param position that it goes on at
   * @param slot where it lies; 0 is the state itself
   */
  record Checkpoint(int position, int slot) {}

  /**
   * @param number slots for copies, from 1 on
   * @param spacing tokens from one to the next
   */
  Checkpoints(int number, int spacing) {
    this.spacing = spacing;
    for (int slot = 1; slot <= number; slot++) {
      free.add(slot);
    }
  }

  /** The last position, up to {@code position}, that can be gone on at. */
  int before(int position) {
    int last = live <= position ? Math.max(live, 0) : 0;
    for (Checkpoint checkpoint : taken) {
      last = checkpoint.position <= position ? Math.max(last, checkpoint.position) : last;
    }
    return last;
  }

  /**
   * The slot whose copy must be taken up to go on at {@code position}; 0 where the state is there,
   * or counts as zeros.
   *
   * @throws IllegalStateException when there is none
   */
  int restored(int position) {
    if (position == 0 || position == live) {
      return 0;
    }
    for (Checkpoint checkpoint : taken) {
      if (checkpoint.position == position) {
        return checkpoint.slot;
      }
    }
    throw new IllegalStateException(
        "recurrent layers cannot go on at position "
            + position
            + ": their state is of "
            + (live == LOST ? "a batch that did not end" : "position " + live)
            + "; the nearest copy before is of "
            + before(position));
  }

  /**
   * Notes that a batch begins at {@code position} and will end at {@code end}: until it {@link
   * #finished}, the state is of no position.
   *
   * @return the slot that the state is to be copied to at its end, which {@link #finished} must be
   *     told; 0 for none
   */
  int begin(int position, int end) {
    live = LOST;
    taken.stream().filter(c -> c.position > position).toList().forEach(this::remove);
    int last = taken.isEmpty() ? 0 : taken.getLast().position;
    if (end - last < spacing) {
      return 0;
    }
    return slot(end);
  }

  /** A slot for a copy of the state at {@code end}; 0 where there are none at all. */
  private int slot(int end) {
    if (free.isEmpty() && !taken.isEmpty()) {
      remove(nearest(end));
    }
    return free.isEmpty() ? 0 : free.removeLast();
  }

  private void remove(Checkpoint checkpoint) {
    taken.remove(checkpoint);
    free.add(checkpoint.slot);
    passing = checkpoint.equals(passing) ? null : passing;
  }

  /** The copy whose neighbours are nearest to each other, of equals the first. */
  private Checkpoint nearest(int end) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < taken.size(); i++) {
      int before = i == 0 ? 0 : taken.get(i - 1).position;
      int after = i + 1 == taken.size() ? end : taken.get(i + 1).position;
      if (after - before < least) {
        least = after - before;
        best = i;
      }
    }
    return taken.get(best);
  }

  /** Positions of the copies before {@code position}, in order. */
  List<Integer> positions(int position) {
    return taken.stream().map(Checkpoint::position).filter(p -> p < position).toList();
  }

  /** Forgets all, and that anything was fed. */
  void clear() {
    List.copyOf(taken).forEach(this::remove);
    live = 0;
  }

  /**
   * Takes slots for copies of states that come from elsewhere; the last ones where there are too
   * many. The state itself is of {@code position}.
   *
   * @param positions in order
   * @return the slot of each, or {@link #NO_SLOT}
   */
  List<Integer> take(int position, List<Integer> positions) {
    clear();
    live = position;
    int left = positions.size() - Math.min(positions.size(), free.size());
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      int slot = i < left ? NO_SLOT : free.removeLast();
      slots.add(slot);
      if (slot != NO_SLOT) {
        taken.add(new Checkpoint(positions.get(i), slot));
      }
    }
    return slots;
  }

  /**
   * Finds a slot for a copy of the state where it is, which {@link #kept} is to be told of.
   *
   * @param position that can be gone on at
   * @return 0 where there is a copy, or none can be kept
   */
  int keep(int position) {
    boolean there = taken.stream().anyMatch(c -> c.position == position);
    if (position == 0 || there) {
      return 0;
    }
    restored(position); // it must be there
    Checkpoint before = passing;
    if (before != null) {
      remove(before);
    }
    return slot(position);
  }

  /**
   * Notes that the state was copied where it is. Such a copy goes when the next is made, unless it
   * lies far enough behind the others to be one of them.
   */
  void kept(int position, int slot) {
    int last = taken.isEmpty() ? 0 : taken.getLast().position;
    taken.add(new Checkpoint(position, slot));
    passing = position - last < spacing ? taken.getLast() : null;
  }

  /** Notes that a batch has ended, and in which slot its state is. */
  void finished(int end, int slot) {
    live = end;
    if (slot != 0) {
      taken.add(new Checkpoint(end, slot));
    }
  }
}
