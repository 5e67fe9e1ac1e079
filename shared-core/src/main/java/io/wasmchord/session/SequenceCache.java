package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a sequence's keys and values. A copy takes none at first: it stands for the
 * beginning of the sequence that it is a copy of. It gets its own when it is used, or just before
 * the other one overwrites what it stands for; when the other one is closed, it takes over its
 * memory.
 *
 * <p>All that changes who has which memory holds the lock of the family, and where it copies a turn
 * of the model, which is taken first. So memory stays where it is while a turn is held.
 */
final class SequenceCache {
  private final Model model;
  private final int positions;
  private final CacheOptions options;
  private final Object family; // guards what is below, of all that are copies of one another
  private final List<SequenceCache> copies = new ArrayList<>(); // that have no memory yet
  private @Nullable KvCache own;
  private @Nullable SequenceCache origin; // of a copy without memory
  private int shared; // positions of it

  private SequenceCache(
      Model model,
      int positions,
      CacheOptions options,
      @Nullable KvCache own,
      @Nullable SequenceCache origin,
      int shared) {
    this.model = model;
    this.positions = positions;
    this.options = options;
    this.family = origin == null ? new Object() : origin.family;
    this.own = own;
    this.origin = origin;
    this.shared = shared;
  }

  /** Memory for a sequence of so many positions. */
  static SequenceCache of(Model model, int positions, CacheOptions options) {
    KvCache own = model.newCache(positions, options);
    return new SequenceCache(model, positions, options, own, null, 0);
  }

  /** One that has been made already. */
  static SequenceCache of(Model model, KvCache own) {
    CacheOptions options = CacheOptions.of(own.spec().type());
    return new SequenceCache(model, own.spec().positions(), options, own, null, 0);
  }

  /** A copy of the first positions, which takes no memory yet. */
  SequenceCache copy(int count) {
    if (count == 0) {
      return new SequenceCache(model, positions, options, null, null, 0);
    }
    synchronized (family) {
      SequenceCache from = origin == null ? this : origin;
      SequenceCache copy = new SequenceCache(model, positions, options, null, from, count);
      from.copies.add(copy);
      return copy;
    }
  }

  /**
   * The memory to look at while a turn is held; null where there is none.
   *
   * @param count positions of it that are wanted
   */
  private @Nullable KvCache readable(int count) {
    synchronized (family) {
      SequenceCache from = origin;
      if (from == null) {
        return own;
      }
      return count <= shared ? from.own : null;
    }
  }

  /** See {@link Model#resumesAt}. Nothing is changed. */
  int resumesAt(int position, RunControl control) {
    try (Model.Turn _ = model.turn(control)) {
      int most = most(position);
      KvCache cache = readable(most);
      return cache == null ? 0 : model.resumesAt(cache, most);
    }
  }

  private int most(int position) {
    synchronized (family) {
      return own == null ? Math.min(position, shared) : position;
    }
  }

  /** How many of the first positions another one could take over; see {@link Model#copyable}. */
  int lends(SequenceCache to, int position) {
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      int most = most(position);
      KvCache cache = readable(most);
      KvCache target = to.readable(0);
      return cache == null || target == null ? 0 : model.copyable(cache, target, most);
    }
  }

  /**
   * Fills this memory with the first positions of another one; what it held is lost.
   *
   * @return how many positions it holds
   */
  int takeOver(SequenceCache other, int position) {
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      forget();
      KvCache target = writable(0);
      int most = other.most(position);
      KvCache source = other.readable(most);
      return source == null ? 0 : model.copy(source, target, most);
    }
  }

  /** Lets go of what it stands for, which is not copied. */
  private void forget() {
    synchronized (family) {
      if (origin != null) {
        origin.copies.remove(this);
        origin = null;
        shared = 0;
      }
    }
  }

  /**
   * The memory, to be written to. Copies that stand for what will be overwritten get their own
   * before; where there is none for them, they hold nothing any more.
   *
   * @param position of the first that will be written
   * @throws OutOfMemoryException when this is a copy, and there is no memory for it
   */
  KvCache writable(int position) {
    synchronized (family) {
      if (own != null && copies.isEmpty()) {
        return own;
      }
    }
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      synchronized (family) {
        KvCache memory = own == null ? take() : own;
        for (SequenceCache copy : List.copyOf(copies)) {
          if (position < copy.shared || forgets(memory.spec())) {
            copy.part();
          }
        }
        return memory;
      }
    }
  }

  /** Whether what is written at any position overwrites something of those before. */
  private static boolean forgets(KvSpec spec) {
    return spec.recurrent() || spec.fewestCells() < spec.positions();
  }

  private KvCache take() {
    KvCache made = model.newCache(positions, options);
    SequenceCache from = origin;
    if (from != null && from.own != null) {
      model.copy(from.own, made, shared);
    }
    forget();
    own = made;
    return made;
  }

  private void part() {
    try {
      take();
    } catch (OutOfMemoryException e) {
      forget();
    }
  }

  /** Bytes that it takes. */
  long bytes() {
    synchronized (family) {
      return own == null ? 0 : own.spec().bytes();
    }
  }

  /** Gives the memory back, or to a copy that stands for a part of it. */
  void release() {
    KvCache free;
    synchronized (family) {
      forget();
      free = own;
      own = null;
      if (free != null && !copies.isEmpty()) {
        SequenceCache heir = copies.removeFirst();
        heir.own = free;
        heir.origin = null;
        copies.forEach(copy -> copy.origin = heir);
        heir.copies.addAll(copies);
        copies.clear();
        return;
      }
    }
    if (free != null) {
      model.release(free);
    }
  }
}
