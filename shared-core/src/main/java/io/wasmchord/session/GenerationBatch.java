package io.wasmchord.session;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Generations of several sessions of one model, which are computed together: a step feeds each of
 * them, in one batch of the model. What a generation says does not depend on those beside it.
 *
 * <p>No prompt keeps an answer waiting: each generation has a token in every step, as long as there
 * are no more of them than a batch has room for, and prompts have the rest of it, the first ones
 * first. A generation that ends or fails leaves, and those beside it go on.
 *
 * <p>{@link #add} and {@link #remove} may be called from any thread; one thread at a time steps.
 */
public final class GenerationBatch {
  private final List<Member> members = new ArrayList<>(); // this and below: guarded by this
  private boolean stepping;

  /** What has come of a generation in a step. */
  public sealed interface Outcome {
    Generation generation();

    /** It has more to do. */
    record More(Generation generation) implements Outcome {}

    /** It has ended, and left. */
    record Ended(Generation generation) implements Outcome {}

    /**
     * It has failed, and left.
     *
     * @param cause what {@link Generation#step} would throw
     */
    record Failed(Generation generation, RuntimeException cause) implements Outcome {}
  }

  private record Member(Generation generation, TokenListener listener) {
    SharedCache cache() {
      return generation.session().lend();
    }
  }

  /**
   * Adds a generation, which is computed from the next step on.
   *
   * @param listener told what it says
   * @throws IllegalArgumentException when it is of another model than those that are here
   */
  public synchronized void add(Generation generation, TokenListener listener) {
    Model model = generation.session().model();
    if (members.stream().anyMatch(m -> m.generation.session().model() != model)) {
      throw new IllegalArgumentException("a batch is of one model's generations");
    }
    members.add(new Member(generation, listener));
  }

  /**
   * Lets a generation leave before its end; what it has said can be gone on with by {@link
   * Generation#step}.
   *
   * @return whether it was here
   */
  public synchronized boolean remove(Generation generation) {
    return members.removeIf(m -> m.generation == generation);
  }

  /** Generations that have not ended. */
  public synchronized int size() {
    return members.size();
  }

  /**
   * Computes a batch.
   *
   * @return what has come of those that took part; some may have to wait for the next step
   * @throws RuntimeException what keeps the model from computing at all; all stay, and may go on
   *     with another step
   */
  public List<Outcome> step(RunControl control) {
    control.check();
    List<Member> now = begin();
    try {
      return new Step(control).run(now);
    } finally {
      end();
    }
  }

  private synchronized List<Member> begin() {
    if (stepping) {
      throw new InvalidRequestException(
          "another thread computes with the same batch; let one thread step it");
    }
    stepping = true;
    return List.copyOf(members);
  }

  private synchronized void end() {
    stepping = false;
  }

  /** Those that were fed queue up behind those that had no room. */
  private synchronized void note(List<Outcome> outcomes, List<Member> fed) {
    List<Member> kept = members.stream().filter(fed::contains).toList();
    members.removeAll(kept);
    members.addAll(kept);
    for (Outcome outcome : outcomes) {
      if (!(outcome instanceof Outcome.More)) {
        remove(outcome.generation());
      }
    }
  }

  /** One step, of those that can be entered. */
  private final class Step {
    private final RunControl control;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Member> entered = new ArrayList<>();

    Step(RunControl control) {
      this.control = control;
    }

    private record Fed(Member member, Model.Feed feed) {}

    List<Outcome> run(List<Member> all) {
      try {
        all.forEach(this::enter);
        List<Fed> fed = allot(entered.stream().filter(this::feeds).toList());
        compute(fed);
        note(outcomes, fed.stream().map(Fed::member).toList());
      } finally {
        entered.forEach(m -> m.cache().leave());
      }
      return outcomes;
    }

    private void enter(Member member) {
      try {
        member.cache().enter(member.generation);
        entered.add(member);
      } catch (RuntimeException e) {
        outcomes.add(new Outcome.Failed(member.generation, e));
      }
    }

    /** Whether a generation wants to feed; else its step is done. */
    private boolean feeds(Member member) {
      try {
        if (member.generation.prepare(control) > 0) {
          return true;
        }
        outcome(member, !member.generation.ended());
      } catch (CancelledException e) { // it is the step's
        throw e;
      } catch (RuntimeException e) {
        outcomes.add(new Outcome.Failed(member.generation, e));
      }
      return false;
    }

    /** Gives each its part of a batch's room: a token, and the rest to those that want more. */
    private List<Fed> allot(List<Member> feeding) {
      if (feeding.isEmpty()) {
        return List.of();
      }
      int room = feeding.getFirst().generation.session().maxBatch();
      List<Member> order = new ArrayList<>(feeding.subList(0, Math.min(room, feeding.size())));
      order.sort(Comparator.comparing(m -> !m.generation.answers())); // stable
      int rest = room - order.size();
      List<Fed> fed = new ArrayList<>();
      for (Member member : order) {
        Model.Feed feed = member.generation.feed(1 + rest);
        rest -= feed.tokens().length - 1;
        fed.add(new Fed(member, feed));
      }
      return fed;
    }

    private void compute(List<Fed> fed) {
      if (fed.isEmpty()) {
        return;
      }
      List<float[]> logits;
      Model model = fed.getFirst().member.generation.session().model();
      try (Model.Turn _ = model.turn(control)) {
        logits = model.forward(fed.stream().map(Fed::feed).toList());
      }
      for (int i = 0; i < fed.size(); i++) {
        take(fed.get(i).member, fed.get(i).feed, logits.get(i));
      }
    }

    private void take(Member member, Model.Feed feed, float[] logits) {
      try {
        outcome(member, member.generation.take(feed, logits, member.listener));
      } catch (RuntimeException e) { // its sampler's or its listener's
        outcomes.add(new Outcome.Failed(member.generation, e));
      }
    }

    private void outcome(Member member, boolean more) {
      outcomes.add(
          more ? new Outcome.More(member.generation) : new Outcome.Ended(member.generation));
    }
  }
}
