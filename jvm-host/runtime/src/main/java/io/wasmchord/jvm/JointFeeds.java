package io.wasmchord.jvm;

import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What threads that wait for their turns want to feed: the one whose turn comes computes in one
 * batch what fits of all. The bits of each are those that it would get alone.
 *
 * <p>Threads that decode come back at about the same time. So the one whose turn it is waits a
 * moment for those that were in the last batch, a fraction of the time that a batch takes; one that
 * has stopped is waited for once.
 */
final class JointFeeds {
  private static final int PATIENCE = 8; // part of a batch's time
  private static final long MOST_NANOS = 5_000_000;

  private final Model model;
  private final Turns turns;
  private final List<Wish> wishes = new ArrayList<>(); // this and below: guarded by this
  private int together; // feeds of the last batch
  private long nanos; // that it took

  JointFeeds(Model model, Turns turns) {
    this.model = model;
    this.turns = turns;
  }

  /** What a thread wants, and what it has got; after it has its turn nobody else writes to it. */
  private static final class Wish {
    private final Model.Feed feed;
    private float @Nullable [] logits;
    private boolean alone; // it failed together with others

    Wish(Model.Feed feed) {
      this.feed = feed;
    }

    int tokens() {
      return feed.tokens().length;
    }
  }

  /** The logits of a feed, in a turn of the calling thread. */
  float[] forward(Model.Feed feed, RunControl control) {
    Wish own = new Wish(feed);
    try (Model.Turn _ = enter(own, control)) {
      return own.logits == null ? computed(own, take(own)) : own.logits;
    } finally {
      remove(own);
    }
  }

  /** The most likely token after a feed, in a turn of the calling thread. */
  Model.Best best(Model.Feed feed, int count, RunControl control) {
    Wish own = new Wish(feed);
    try (Model.Turn _ = enter(own, control)) {
      if (own.logits != null) {
        return Model.Best.of(own.logits, count);
      }
      List<Wish> all = take(own);
      return all.size() == 1
          ? model.best(feed.tokens(), feed.position(), feed.cache(), count)
          : Model.Best.of(computed(own, all), count);
    } finally {
      remove(own);
    }
  }

  private Model.Turn enter(Wish own, RunControl control) {
    add(own);
    turns.enter(control);
    return turns::leave;
  }

  private synchronized void add(Wish own) {
    wishes.add(own);
    notifyAll();
  }

  private synchronized void remove(Wish own) {
    wishes.remove(own);
  }

  /** The wishes that are computed now, {@code own} first. */
  private synchronized List<Wish> take(Wish own) {
    List<Wish> all = new ArrayList<>(List.of(own));
    wishes.remove(own);
    int room = model.maxBatch() - own.tokens();
    if (!own.alone && room > 0) {
      await();
      for (Wish wish : List.copyOf(wishes)) {
        if (!wish.alone && wish.tokens() <= room) {
          room -= wish.tokens();
          all.add(wish);
          wishes.remove(wish);
        }
      }
    }
    together = all.size();
    return all;
  }

  private void await() {
    long until = System.nanoTime() + Math.min(MOST_NANOS, nanos / PATIENCE);
    while (wishes.size() + 1 < together) {
      long left = (until - System.nanoTime()) / 1_000_000 + 1;
      if (until - System.nanoTime() <= 0) {
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // whoever looks at it next ends the work
        return;
      }
    }
  }

  /**
   * Computes all, and returns what the first gets; the others find theirs when their turn comes.
   */
  private float[] computed(Wish own, List<Wish> all) {
    long start = System.nanoTime();
    try {
      List<float[]> logits = model.forward(all.stream().map(wish -> wish.feed).toList());
      for (int i = 0; i < all.size(); i++) {
        all.get(i).logits = logits.get(i);
      }
      note(System.nanoTime() - start);
      return logits.getFirst();
    } catch (RuntimeException e) {
      if (all.size() == 1) {
        throw e;
      }
      separate(all);
      return model.forward(List.of(own.feed)).getFirst();
    }
  }

  private synchronized void note(long took) {
    nanos = took;
  }

  /** One of them fails: each is to find out by itself which. */
  private synchronized void separate(List<Wish> all) {
    all.forEach(wish -> wish.alone = true);
    together = 1;
  }
}
