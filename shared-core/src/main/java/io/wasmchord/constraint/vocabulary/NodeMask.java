package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Node;
import io.wasmchord.constraint.automaton.Stacks;
import java.util.List;

/** The tokens that may come at a frame, whatever is below it. */
final class NodeMask {
  private static final int[] NONE = {};

  private final int[] few;
  private final long[] many; // empty where they are few
  private final ByteTrie trie;
  private final int[][] returns;

  private NodeMask(long[] bits, ByteTrie trie, int[] returns) {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    boolean sparse = count <= bits.length;
    this.many = sparse ? new long[0] : bits;
    this.few = sparse ? ids(bits, count) : new int[0];
    this.trie = trie;
    this.returns = byByte(trie, returns);
  }

  /** The nodes below {@code returns}, by the byte that leads to them. */
  private static int[][] byByte(ByteTrie trie, int[] returns) {
    int[] counts = new int[256];
    for (int node : returns) {
      for (int child = node + 1; child < trie.end(node); child = trie.end(child)) {
        counts[trie.label(child)]++;
      }
    }
    int[][] all = new int[returns.length == 0 ? 0 : 256][];
    for (int b = 0; b < all.length; b++) {
      all[b] = counts[b] == 0 ? NONE : new int[counts[b]];
    }
    for (int node : returns) {
      for (int child = node + 1; child < trie.end(node); child = trie.end(child)) {
        int b = trie.label(child);
        all[b][--counts[b]] = child;
      }
    }
    return all;
  }

  private static int[] ids(long[] bits, int count) {
    int[] ids = new int[count];
    int n = 0;
    for (int w = 0; w < bits.length; w++) {
      for (long rest = bits[w]; rest != 0; rest &= rest - 1) {
        ids[n++] = 64 * w + Long.numberOfTrailingZeros(rest);
      }
    }
    return ids;
  }

  /**
   * @param plain what is known of plain text, in the order of the vocabulary's slices
   */
  static NodeMask of(TokenBytes vocabulary, Automaton automaton, List<PlainText> plain, Node node) {
    Stacks alone = automaton.alone(node);
    long[] bits = new long[vocabulary.words()];
    ByteTrie trie = vocabulary.all();
    for (int i = 0; i < plain.size(); i++) {
      if (plain.get(i).isTaken(alone, Slice.MOST_CHARACTERS)) {
        Slice slice = vocabulary.slices().get(i);
        bits = slice.plain().clone();
        trie = slice.others();
        break;
      }
    }
    TokenMasks.Walk walk = new TokenMasks.Walk(automaton, trie, bits);
    walk.from(ByteTrie.ROOT, alone);
    return new NodeMask(bits, trie, walk.returns());
  }

  void addTo(long[] bits) {
    for (int id : few) {
      bits[id >> 6] |= 1L << id;
    }
    for (int w = 0; w < many.length; w++) {
      bits[w] |= many[w];
    }
  }

  /** Meets the tokens that go on at {@code returned} after the frame has returned. */
  void addReturns(Automaton automaton, Stacks returned, long[] bits) {
    TokenMasks.Walk walk = new TokenMasks.Walk(automaton, trie, bits);
    for (int b = 0; b < returns.length; b++) {
      if (returns[b].length > 0) {
        Stacks next = automaton.step(returned, b);
        if (!next.isDead()) {
          for (int node : returns[b]) {
            walk.meet(node, next);
          }
        }
      }
    }
  }

  long bytes() {
    long all = 64L + 4L * few.length + 8L * many.length;
    for (int[] nodes : returns) {
      all += nodes.length == 0 ? 4 : 20 + 4L * nodes.length;
    }
    return all;
  }
}
