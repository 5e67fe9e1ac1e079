package io.wasmchord.constraint.automaton;

import org.jspecify.annotations.Nullable;

/**
 * A frame between two bytes: at a character's start, or within one of several bytes. Made by {@link
 * Nodes}, which gives equal ones once.
 */
public abstract sealed class Node {
  private static final int LAST_BEFORE_SURROGATES = Character.MIN_SURROGATE - 1;

  private final int id;
  private long @Nullable [] firsts;

  private Node(int id) {
    this.id = id;
  }

  /** A number that no other node has. */
  public int id() {
    return id;
  }

  /** Where a byte leads, or null. */
  abstract @Nullable Node next(int b, Nodes nodes);

  /** The bytes that lead anywhere: a bit each. */
  long[] firsts(Nodes nodes) {
    if (firsts == null) {
      long[] found = new long[4];
      for (int b = 0; b < 256; b++) {
        if (next(b, nodes) != null) {
          found[b >> 6] |= 1L << b;
        }
      }
      firsts = found;
    }
    return firsts;
  }

  /** At the start of a character. */
  static final class Start extends Node {
    private final Moves moves;
    private final int[] from;
    private final int[] to;
    private Node.@Nullable Start[] targets; // of edges, as long as nodes are of this epoch
    private int epoch = -1;

    Start(int id, Frame frame) {
      super(id);
      moves = Moves.of(frame);
      from = moves.edges().stream().mapToInt(Moves.Edge::from).toArray();
      to = moves.edges().stream().mapToInt(Moves.Edge::to).toArray();
      targets = new Start[0];
    }

    private Start target(int edge, Nodes nodes) {
      if (epoch != nodes.epoch()) {
        targets = new Start[from.length];
        epoch = nodes.epoch();
      }
      Start known = targets[edge];
      if (known == null) {
        known = nodes.of(moves.edges().get(edge).next());
        if (epoch == nodes.epoch()) {
          targets[edge] = known;
        }
      }
      return known;
    }

    /** Whether a character is needed before anything else. */
    boolean onlyReads() {
      return moves.calls().isEmpty() && !moves.ends();
    }

    Moves moves() {
      return moves;
    }

    /** Whether there is nothing but the return. */
    boolean isEnd() {
      return moves.ends() && from.length == 0 && moves.calls().isEmpty();
    }

    boolean reads() {
      return from.length > 0;
    }

    @Override
    @Nullable Node next(int b, Nodes nodes) {
      if (b < 0x80) {
        return within(b, b, 0, b, nodes);
      }
      if (b == CodePoints.CONTROL_BYTE) {
        return within(CodePoints.CONTROL, CodePoints.CONTROL, 0, CodePoints.CONTROL, nodes);
      }
      if (b < 0xC2 || b > 0xF4) {
        return null;
      }
      if (b < 0xE0) {
        int low = (b & 0x1F) << 6;
        return within(low, low + 0x3F, 1, low, nodes);
      }
      if (b < 0xF0) {
        int low = (b & 0xF) << 12;
        int most = Math.min(low + 0xFFF, b == 0xED ? LAST_BEFORE_SURROGATES : CodePoints.MAX);
        return within(Math.max(low, 0x800), most, 2, low, nodes);
      }
      int low = (b & 7) << 18;
      return within(Math.max(low, 0x10000), low + 0x3FFFF, 3, low, nodes);
    }

    /**
     * The place of characters from {@code least} to {@code most}.
     *
     * @param rest how many bytes are to come
     * @param low the character whose remaining bits are 0
     */
    private @Nullable Node within(int least, int most, int rest, int low, Nodes nodes) {
      int edge = first(least);
      if (edge == from.length || from[edge] > most) {
        return null;
      }
      if (rest == 0) {
        return target(edge, nodes);
      }
      boolean whole =
          least == low
              && from[edge] <= least
              && to[edge] >= most
              && most != LAST_BEFORE_SURROGATES; // some continuations of its bytes lead nowhere
      return whole ? nodes.inside(target(edge, nodes), rest) : nodes.mixed(this, low, rest);
    }

    /** The first edge that does not end before {@code codePoint}. */
    private int first(int codePoint) {
      int low = 0;
      int high = from.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (to[middle] < codePoint) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** Within a character, all of which lead to one place. */
  static final class Inside extends Node {
    private final Node target;
    private final int rest;

    Inside(int id, Node target, int rest) {
      super(id);
      this.target = target;
      this.rest = rest;
    }

    @Override
    @Nullable Node next(int b, Nodes nodes) {
      if ((b & 0xC0) != 0x80) {
        return null;
      }
      return rest == 1 ? target : nodes.inside(target, rest - 1);
    }
  }

  /** Within a character, of which some lead to other places than others. */
  static final class Mixed extends Node {
    private final Start start;
    private final int low; // the character whose remaining bits are 0
    private final int rest;

    Mixed(int id, Start start, int low, int rest) {
      super(id);
      this.start = start;
      this.low = low;
      this.rest = rest;
    }

    @Override
    @Nullable Node next(int b, Nodes nodes) {
      if ((b & 0xC0) != 0x80) {
        return null;
      }
      int bits = 6 * (rest - 1);
      int here = low + ((b & 0x3F) << bits);
      if (here >= Character.MIN_SURROGATE && here <= Character.MAX_SURROGATE) {
        return null; // no character; what stands for control tokens has a byte of its own
      }
      int shortest = rest == 3 ? 0x10000 : rest == 2 && low == 0 ? 0x800 : 0;
      if (here + (1 << bits) <= shortest) {
        return null; // a longer spelling than the character needs
      }
      return start.within(here, here + (1 << bits) - 1, rest - 1, here, nodes);
    }
  }
}
