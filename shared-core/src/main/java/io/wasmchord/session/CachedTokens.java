package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a sequence, of which a cache holds the first. Who changes them has {@link
 * SharedCache#enter entered} the cache. Others may ask what they hold at any time; it is true as
 * long as they have the model's turn.
 */
final class CachedTokens {
  private final Model model;
  private final SharedCache cache;
  private final int[] tokens;
  private int cached; // whose keys and values the cache holds; this and below: guarded by this
  private @Nullable Object last; // whose tokens the cache holds, unless it was lent since

  CachedTokens(Model model, SharedCache cache, int positions) {
    this.model = model;
    this.cache = cache;
    this.tokens = new int[positions];
  }

  SharedCache cache() {
    return cache;
  }

  SequenceCache memory() {
    return cache.memory();
  }

  /** All tokens; those after the ones that count may be anything. */
  int[] all() {
    return tokens;
  }

  /** Whether the cache still has what was put there for these tokens: it may have been lent. */
  synchronized boolean current() {
    return cache.heldBy(last);
  }

  /** How many of them the cache holds. */
  synchronized int held() {
    return current() ? cached : 0;
  }

  /** Notes that the first tokens are those of {@code begun}, of which so many are cached. */
  synchronized void begin(int[] begun, int held, Object user) {
    cached = held;
    System.arraycopy(begun, 0, tokens, 0, begun.length);
    cache.hand(user);
    last = user;
  }

  /** How many of a prompt's first tokens the cache holds, and need not be fed again. */
  int holds(int[] prompt) {
    return memory().resumesAt(common(prompt), RunControl.NONE);
  }

  /** How many of a prompt's first tokens another sequence could take over. */
  int lends(CachedTokens to, int[] prompt) {
    return cache.closed() ? 0 : memory().lends(to.memory(), common(prompt));
  }

  /** How many of the first tokens are the same; the last one's logits are needed in any case. */
  synchronized int common(int[] prompt) {
    int most = Math.max(0, Math.min(held(), prompt.length - 1));
    int mismatch = Arrays.mismatch(tokens, 0, most, prompt, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** Takes over what another sequence holds of a prompt; what this one held is lost. */
  void takeOver(CachedTokens other, int[] prompt, int count) {
    int taken = memory().takeOver(other.memory(), count);
    begin(Arrays.copyOf(prompt, taken), taken, new Object());
  }

  /**
   * Takes over what another sequence holds of a prompt, where that is more than this one holds.
   *
   * @throws InvalidRequestException while a thread computes with one of them
   * @throws ClosedException when one of them or the model is closed
   */
  void takeOver(CachedTokens other, int[] prompt) {
    cache.enter();
    try {
      other.cache.enter();
      try (Model.Turn _ = model.turn(RunControl.NONE)) {
        int held = other.lends(this, prompt);
        if (held > holds(prompt)) {
          takeOver(other, prompt, held);
        }
      } finally {
        other.cache.leave();
      }
    } finally {
      cache.leave();
    }
  }

  /** Forgets what comes after the first tokens; how many are kept. */
  int rewind(int position) {
    int kept = memory().resumesAt(Math.max(0, Math.min(position, held())), RunControl.NONE);
    synchronized (this) {
      cached = kept;
      last = new Object();
      cache.hand(last);
    }
    return kept;
  }

  /** Goes back to where the model can go on. */
  void resume(RunControl control) {
    int at = memory().resumesAt(cached(), control);
    synchronized (this) {
      cached = at;
    }
  }

  /** How many have been fed, by whoever has the cache now. */
  synchronized int cached() {
    return cached;
  }

  /** Notes that the cache holds so many tokens more. */
  synchronized void noteFed(int more) {
    cached += more;
  }

  /**
   * The next {@code most} tokens up to {@code to}, and what is wanted if they reach it, or of all.
   */
  Model.Feed batch(int to, int most, Model.Wanted there) {
    int from = cached();
    int n = Math.min(most, to - from);
    boolean reached = n == to - from || there == Model.Wanted.ALL;
    KvCache own = memory().writable(from);
    int[] ids = Arrays.copyOfRange(tokens, from, from + n);
    return new Model.Feed(ids, from, own, reached ? there : Model.Wanted.NONE);
  }
}
