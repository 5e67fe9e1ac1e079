package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Node;
import io.wasmchord.constraint.automaton.Stacks;
import java.util.Arrays;

/** The tokens that may come at a frame, whatever is below it. */
final class NodeMask {
  private final int[] few;
  private final long[] many; // empty where they are few
  private final ByteTrie trie;
  private final int[] returns;

  private NodeMask(long[] bits, ByteTrie trie, int[] returns) {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    boolean sparse = count <= bits.length;
    this.many = sparse ? new long[0] : bits;
    this.few = sparse ? ids(bits, count) : new int[0];
    this.trie = trie;
    this.returns = returns;
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

  static NodeMask of(TokenBytes vocabulary, Automaton automaton, Node node) {
    Stacks alone = automaton.alone(node);
    boolean plain = PlainText.isTaken(automaton, alone, TokenBytes.PLAIN);
    long[] bits =
        plain
            ? Arrays.copyOf(vocabulary.plain(), vocabulary.words())
            : new long[vocabulary.words()];
    ByteTrie trie = plain ? vocabulary.special() : vocabulary.all();
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

  /** The tree in which {@link #returns} are. */
  ByteTrie trie() {
    return trie;
  }

  /** Nodes after which the frame has returned. */
  int[] returns() {
    return returns;
  }

  long bytes() {
    return 64L + 4L * few.length + 8L * many.length + 4L * returns.length;
  }
}
