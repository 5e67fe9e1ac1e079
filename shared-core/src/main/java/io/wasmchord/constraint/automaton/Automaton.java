package io.wasmchord.constraint.automaton;

import io.wasmchord.errors.ConstraintLimitException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes, all ways at once. What it finds out it remembers, within bounds. Not safe for
 * concurrent use.
 */
public final class Automaton {
  private static final int MOST_STACKS = 1 << 14; // remembered; each may have a row of 256
  private static final int MOST_STEPS = 1 << 16; // of one byte
  private static final int MOST_DEPTH = 1 << 10; // frames that one byte may enter

  private record Key(List<Integer> ids, boolean complete, boolean open) {}

  private final Nodes nodes = new Nodes();
  private final Map<Key, Stacks> known = new HashMap<>();
  private final Map<Long, Stacks> singles = new HashMap<>(); // of one frame on top
  private final Stacks dead = new Stacks(0, new Node[0], new Stacks[0], false, false);
  private final Stacks empty = new Stacks(1, new Node[0], new Stacks[0], true, false);
  private final Stacks unknown = new Stacks(2, new Node[0], new Stacks[0], false, true);
  private final Frame root;
  private int made = 3;
  private int epoch;

  /** An automaton of the texts that {@code root} allows. */
  public Automaton(Frame root) {
    this.root = root;
  }

  /** Before the first byte. */
  public Stacks start() {
    Closing closing = new Closing();
    closing.enter(nodes.of(root), empty, 0);
    return closing.done();
  }

  /** A frame alone, with anything below it: where it returns, the set {@link Stacks#isOpen}. */
  public Stacks alone(Node node) {
    return single(node, unknown);
  }

  /** After the frame on top has returned to {@code below}. */
  public Stacks returnTo(Stacks below) {
    Stacks known = below.returned();
    if (known == null) {
      Closing closing = new Closing();
      closing.leave(below, 0);
      known = closing.done();
      below.rememberReturn(known);
    }
    return known;
  }

  /**
   * After one byte more.
   *
   * @throws ConstraintLimitException when a grammar is more ambiguous than can be followed
   */
  public Stacks step(Stacks stacks, int b) {
    Stacks next = stacks.next(b);
    if (next == null) {
      next = stacks.size() == 1 ? stepOne(stacks, b) : stepAll(stacks, b);
      stacks.remember(b, next);
    }
    return next;
  }

  private Stacks stepOne(Stacks stacks, int b) {
    Node node = stacks.top(0).next(b, nodes);
    if (node == null) {
      return dead;
    }
    return node instanceof Node.Start start && !start.onlyReads()
        ? stepAll(stacks, b)
        : single(node, stacks.below(0));
  }

  private Stacks stepAll(Stacks stacks, int b) {
    Closing closing = new Closing();
    for (int i = 0; i < stacks.size(); i++) {
      Node node = stacks.top(i).next(b, nodes);
      if (node != null) {
        closing.enter(node, stacks.below(i), 0);
      }
    }
    return closing.done();
  }

  /** One frame on top of others. */
  private Stacks single(Node top, Stacks below) {
    long key = (long) top.id() << 32 | below.id();
    Stacks found = singles.get(key);
    if (found == null) {
      forgetIfMany();
      found = new Stacks(made++, new Node[] {top}, new Stacks[] {below}, false, false);
      singles.put(key, found);
    }
    return found;
  }

  /** Whether a character goes on here, however, and leads to one place. */
  public boolean isWithinAny(Stacks stacks) {
    return stacks.size() == 1 && stacks.top(0) instanceof Node.Inside;
  }

  /** The only byte that may come, or -1 where there is a choice or the text may end. */
  public int forced(Stacks stacks) {
    if (stacks.isComplete()) {
      return -1;
    }
    long[] all = new long[4];
    for (int i = 0; i < stacks.size(); i++) {
      long[] firsts = stacks.top(i).firsts(nodes);
      for (int w = 0; w < all.length; w++) {
        all[w] |= firsts[w];
      }
    }
    int only = -1;
    int count = 0;
    for (int w = 0; w < all.length; w++) {
      count += Long.bitCount(all[w]);
      only = all[w] == 0 ? only : 64 * w + Long.numberOfTrailingZeros(all[w]);
    }
    return count == 1 ? only : -1;
  }

  private void forgetIfMany() {
    if (known.size() + singles.size() >= MOST_STACKS || epoch != nodes.epoch()) {
      known.clear(); // what is in use stays alive
      singles.clear();
      epoch = nodes.epoch();
    }
  }

  private Stacks stacks(Node[] tops, Stacks[] below, boolean complete, boolean open) {
    if (tops.length == 0 && complete != open) {
      return complete ? empty : unknown;
    }
    if (tops.length == 0 && !complete) {
      return dead;
    }
    if (tops.length == 1 && !complete && !open) {
      return single(tops[0], below[0]);
    }
    Integer[] ids = new Integer[2 * tops.length];
    for (int i = 0; i < tops.length; i++) {
      ids[2 * i] = tops[i].id();
      ids[2 * i + 1] = below[i].id();
    }
    Key key = new Key(List.of(ids), complete, open);
    Stacks found = known.get(key);
    if (found == null) {
      forgetIfMany();
      found = new Stacks(made++, tops, below, complete, open);
      known.put(key, found);
    }
    return found;
  }

  private Stacks union(Stacks a, Stacks b, int depth) {
    if (a.equals(b) || b.isDead()) {
      return a;
    }
    if (a.isDead()) {
      return b;
    }
    tooDeep(depth);
    Collected both = new Collected();
    for (Stacks each : List.of(a, b)) {
      for (int i = 0; i < each.size(); i++) {
        both.add(each.top(i), each.below(i), depth);
      }
    }
    return both.stacks(a.isComplete() || b.isComplete(), a.isOpen() || b.isOpen());
  }

  private static void tooDeep(int depth) {
    if (depth > MOST_DEPTH) {
      throw new ConstraintLimitException(
          "the constraint nests more than " + MOST_DEPTH + " levels; make it simpler");
    }
  }

  /** Frames and what is below them, in the making. */
  private final class Collected {
    private record Entry(Node node, Stacks below) {}

    private final TreeMap<Integer, Entry> entries = new TreeMap<>();

    /** Whether it was not there. */
    boolean add(Node node, Stacks below, int depth) {
      Entry old = entries.get(node.id());
      if (old == null) {
        entries.put(node.id(), new Entry(node, below));
        return true;
      }
      Stacks both = union(old.below(), below, depth + 1);
      if (both.equals(old.below())) {
        return false;
      }
      entries.put(node.id(), new Entry(node, both));
      return true;
    }

    Stacks stacks(boolean complete, boolean open) {
      int n = entries.size();
      Node[] tops = new Node[n];
      Stacks[] below = new Stacks[n];
      int at = 0;
      for (Entry entry : entries.values()) {
        tops[at] = entry.node();
        below[at++] = entry.below();
      }
      return Automaton.this.stacks(tops, below, complete, open);
    }
  }

  /** Follows calls and returns until a byte is needed. */
  private final class Closing {
    private final Collected reading = new Collected();
    private @Nullable Collected entered; // made when calls or returns are met
    private boolean complete;
    private boolean open;
    private int steps;

    void enter(Node node, Stacks below, int depth) {
      if (!(node instanceof Node.Start start)) {
        reading.add(node, below, depth);
        return;
      }
      Moves moves = start.moves();
      if (!moves.calls().isEmpty() || moves.ends()) {
        entered = entered == null ? new Collected() : entered;
        if (!entered.add(start, below, 0)) {
          return;
        }
      }
      tooDeep(depth);
      if (++steps > MOST_STEPS) {
        throw new ConstraintLimitException(
            "one byte of the text can be read in too many ways; make the constraint less"
                + " ambiguous");
      }
      if (start.reads()) {
        reading.add(start, below, 0);
      }
      for (Moves.Call call : moves.calls()) {
        enter(nodes.of(call.callee()), push(nodes.of(call.back()), below), depth + 1);
      }
      if (moves.ends()) {
        leave(below, depth + 1);
      }
    }

    private Stacks push(Node.Start back, Stacks below) {
      return back.isEnd() ? below : single(back, below);
    }

    void leave(Stacks below, int depth) {
      complete |= below.isComplete();
      open |= below.isOpen();
      for (int i = 0; i < below.size(); i++) {
        enter(below.top(i), below.below(i), depth);
      }
    }

    Stacks done() {
      return reading.stacks(complete, open);
    }
  }
}
