package io.wasmchord.session;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.ChordException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the sessions of a model begin with what any of them holds: a prompt takes over the longest
 * prefix of it, and answers do not change. What closed sessions held stays for a while, as far as
 * there is room: what was used longest ago goes first. For any number of threads.
 */
public final class Prefixes {
  private final Model model;
  private final long room;
  private final List<CachedTokens> live = new ArrayList<>(); // this and below: guarded by this
  private final List<CachedTokens> kept = new ArrayList<>(); // last used last

  /**
   * @param room bytes for what closed sessions held
   */
  public Prefixes(Model model, long room) {
    this.model = model;
    this.room = room;
  }

  synchronized void add(CachedTokens tokens) {
    live.add(tokens);
  }

  private synchronized List<CachedTokens> all() {
    List<CachedTokens> all = new ArrayList<>(live);
    all.addAll(kept);
    return all;
  }

  /**
   * Has a sequence take over what another one holds of a prompt, where that is more than it holds
   * itself. Its cache was entered. Those of others need not be: nothing is fed meanwhile.
   */
  void lend(CachedTokens to, int[] prompt, RunControl control) {
    try (Model.Turn _ = model.turn(control)) {
      CachedTokens best = null;
      int own = to.holds(prompt);
      int most = own;
      for (CachedTokens other : all()) {
        int held = other == to ? 0 : other.lends(to, prompt);
        if (held > own && held >= most) { // of equals the last used, which stays in its place
          best = other;
          most = held;
        }
      }
      if (best != null) {
        to.takeOver(best, prompt, most);
        used(best);
      }
    }
  }

  private synchronized void used(CachedTokens tokens) {
    if (kept.remove(tokens)) {
      kept.add(tokens);
    }
  }

  /**
   * Notes that a session is about to be closed, and keeps what it holds if there is room.
   *
   * @param adapted the adapters of its own, or null
   */
  void leave(CachedTokens tokens, CacheOptions options, @Nullable List<AdapterScale> adapted) {
    synchronized (this) {
      if (!live.remove(tokens)) {
        return;
      }
    }
    try {
      tokens.cache().enter();
      try {
        keep(tokens, options, adapted);
      } finally {
        tokens.cache().leave();
      }
    } catch (ChordException e) {
      return; // it is closed, computes, or there is no memory: then nothing is kept
    }
  }

  private void keep(
      CachedTokens tokens, CacheOptions options, @Nullable List<AdapterScale> adapted) {
    int held = tokens.held();
    int whole = (held + KvSpec.RUN - 1) / KvSpec.RUN * KvSpec.RUN;
    long bytes = tokens.memory().bytes() / tokens.all().length * whole; // about
    if (bytes == 0 || bytes > room) {
      return;
    }
    int[] prompt = Arrays.copyOf(tokens.all(), held + 1); // of which all is held
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      for (CachedTokens other : copyOfKept()) {
        if (other.lends(tokens, prompt) == held) {
          used(other);
          return;
        }
        if (tokens.lends(other, prompt) > 0 && other.common(prompt) == other.held()) {
          drop(other); // the beginning of this one
        }
      }
      while (used() + bytes > room) {
        dropOldest();
      }
      SharedCache cache = new SharedCache(SequenceCache.of(model, held, options), () -> {});
      if (adapted != null) {
        model.adapters().use(cache.cache(), adapted);
      }
      CachedTokens copy = new CachedTokens(model, cache, held);
      copy.takeOver(tokens, prompt, held);
      if (copy.held() == 0 || used() + copy.memory().bytes() > room) {
        cache.close();
        return;
      }
      synchronized (this) {
        kept.add(copy);
      }
    }
  }

  private synchronized List<CachedTokens> copyOfKept() {
    return List.copyOf(kept);
  }

  private void dropOldest() {
    CachedTokens oldest;
    synchronized (this) {
      oldest = kept.isEmpty() ? null : kept.getFirst();
    }
    if (oldest != null) {
      drop(oldest);
    }
  }

  private void drop(CachedTokens tokens) {
    synchronized (this) {
      kept.remove(tokens);
    }
    tokens.cache().close();
  }

  private synchronized long used() {
    return kept.stream().mapToLong(one -> one.memory().bytes()).sum();
  }

  /** Bytes of what closed sessions held. */
  public long bytes() {
    return used();
  }

  /** Gives back what closed sessions held, as where memory is wanted for something else. */
  public void clear() {
    copyOfKept().forEach(this::drop);
  }
}
