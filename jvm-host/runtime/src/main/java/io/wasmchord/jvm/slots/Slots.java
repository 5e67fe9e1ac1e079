package io.wasmchord.jvm.slots;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.session.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's slots. Requests get them in the order in which they came. One gets the free slot that
 * holds most of its prompt, or where that is less than half of it the one that was used longest
 * ago: its session takes over what others hold.
 */
public final class Slots {
  private static final long LOOK_MILLIS = 50; // between two looks at a control

  private final LoadedModel model;
  private final WaitingLine line;
  private final int count;
  private final List<Slot> free = new ArrayList<>(); // used longest ago first; guarded by this
  private final Deque<Object> waiting = new ArrayDeque<>(); // guarded by this

  /**
   * @param count answers at a time
   * @param line where requests wait
   */
  public Slots(LoadedModel model, int count, WaitingLine line) {
    this.model = model;
    this.count = count;
    this.line = line;
    for (int i = 0; i < count; i++) {
      free.add(new Slot());
    }
  }

  /** A slot that is taken, until it is closed. */
  public final class Seat implements AutoCloseable {
    private final Slot slot;

    private Seat(Slot slot) {
      this.slot = slot;
    }

    /**
     * The slot's session.
     *
     * @throws io.wasmchord.errors.ChordException when the model cannot generate, or there is no
     *     memory
     */
    public Session session() {
      Session session = slot.session();
      if (session == null) {
        session = model.session();
        slot.set(session);
      }
      return session;
    }

    /**
     * The session, to answer a prompt.
     *
     * @param tokens of the prompt
     * @param adapters that the request chooses, or null for those that are chosen for all
     */
    public Session session(int[] tokens, @Nullable List<AdapterScale> adapters) {
      Session session = session();
      slot.adapt(session, adapters);
      slot.note(tokens);
      return session;
    }

    /** Notes what the session holds after an answer. */
    public void note(int[] prompt, int[] answer) {
      int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
      System.arraycopy(answer, 0, all, prompt.length, answer.length);
      slot.note(all);
    }

    @Override
    public void close() {
      giveBack(slot);
    }
  }

  /**
   * Waits for a slot.
   *
   * @param prompt that is to be answered; empty where none is
   * @throws RuntimeException the waiting line's, when too many wait
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public Seat take(int[] prompt, RunControl control) {
    Object own = new Object();
    try (WaitingLine.Place place = line.new Place()) {
      return new Seat(await(own, prompt, place, control));
    }
  }

  private synchronized Slot await(
      Object own, int[] prompt, WaitingLine.Place place, RunControl control) {
    waiting.add(own);
    try {
      while (waiting.peek() != own || free.isEmpty()) {
        place.take();
        pause(this, control);
      }
      return best(prompt);
    } finally {
      waiting.remove(own);
      notifyAll();
    }
  }

  /** Waits a moment for a change of what {@code lock} guards, which the thread holds. */
  @SuppressWarnings("WaitNotInLoop") // the caller's is
  public static void pause(Object lock, RunControl control) {
    control.check();
    try {
      lock.wait(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("the thread was interrupted");
    }
  }

  private Slot best(int[] prompt) {
    Slot best = free.stream().max(Comparator.comparingInt(s -> s.common(prompt))).orElseThrow();
    Slot taken = best.common(prompt) * 2 >= Math.max(1, prompt.length) ? best : free.getFirst();
    free.remove(taken);
    return taken;
  }

  private synchronized void giveBack(Slot slot) {
    free.add(slot);
    notifyAll();
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** How many answer now. */
  public synchronized int busy() {
    return count - free.size();
  }

  /** Closes all sessions; no slot is taken. */
  public synchronized void close() {
    free.forEach(Slot::close);
  }
}
