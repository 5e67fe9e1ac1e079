package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Node;
import io.wasmchord.constraint.automaton.Stacks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens that may come next. What holds for a frame whatever is below it is found out once;
 * only tokens that go on after the frame has returned are looked at anew. Not safe for concurrent
 * use.
 */
public final class TokenMasks {
  private static final long MOST_BYTES = 1L << 24; // of what is known of frames, and of masks

  private final TokenBytes vocabulary;
  private final Automaton automaton;
  private final List<PlainText> plain;
  private final Map<Integer, NodeMask> frames = new HashMap<>();
  private final LinkedHashMap<Integer, long[]> masks = new LinkedHashMap<>(16, 0.75f, true);
  private long frameBytes;

  /** Masks of a vocabulary's tokens. */
  public TokenMasks(TokenBytes vocabulary, Automaton automaton) {
    this.vocabulary = vocabulary;
    this.automaton = automaton;
    this.plain =
        vocabulary.slices().stream().map(each -> new PlainText(automaton, each.sort())).toList();
  }

  /** A bit for each token that may come; not to be changed. Ends of the text are none of them. */
  public long[] mask(Stacks stacks) {
    long[] known = masks.get(stacks.id());
    if (known == null) {
      known = new long[vocabulary.words()];
      for (int i = 0; i < stacks.size(); i++) {
        add(stacks.top(i), stacks.below(i), known);
      }
      masks.put(stacks.id(), known);
      if (masks.size() * 8L * known.length > MOST_BYTES) {
        Iterator<Integer> oldest = masks.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    return known;
  }

  private void add(Node top, Stacks below, long[] bits) {
    NodeMask known = frames.get(top.id());
    if (known == null) {
      known = NodeMask.of(vocabulary, automaton, plain, top);
      frameBytes += known.bytes();
      if (frameBytes > MOST_BYTES) {
        frames.clear();
        frameBytes = known.bytes();
      }
      frames.put(top.id(), known);
    }
    known.addTo(bits);
    known.addReturns(automaton, automaton.returnTo(below), bits);
  }

  /** Walks a tree with the automaton. */
  static final class Walk {
    private final Automaton automaton;
    private final ByteTrie trie;
    private final long[] bits;
    private final Stacks[] path;
    private int[] returns = new int[8];
    private int count;

    /**
     * @param bits take the tokens that are met
     */
    Walk(Automaton automaton, ByteTrie trie, long[] bits) {
      this.automaton = automaton;
      this.trie = trie;
      this.bits = bits;
      this.path = new Stacks[trie.deepest() + 1];
    }

    /**
     * Meets a node's tokens and those that begin like it, where {@code at} is the place after it.
     */
    void meet(int node, Stacks at) {
      mark(node);
      if (at.size() > 0) {
        from(node, at);
      }
    }

    private void mark(int node) {
      for (int id = trie.token(node); id >= 0; id = trie.another(id)) {
        bits[id >> 6] |= 1L << id;
      }
    }

    /** Meets the tokens that begin like {@code node}, where {@code at} is the place after it. */
    void from(int node, Stacks at) {
      int end = trie.end(node);
      path[trie.depth(node)] = at;
      int i = node + 1;
      while (i < end) {
        int depth = trie.depth(i);
        Stacks next = automaton.step(path[depth - 1], trie.label(i));
        if (next.isDead()) {
          i = trie.end(i);
          continue;
        }
        mark(i);
        if (next.isOpen() && trie.end(i) > i + 1) {
          returned(i);
        }
        path[depth] = next;
        i = next.size() == 0 ? trie.end(i) : i + 1;
      }
    }

    private void returned(int node) {
      if (count == returns.length) {
        returns = Arrays.copyOf(returns, 2 * count);
      }
      returns[count++] = node;
    }

    /** The nodes after which the first frame has returned, and that go on. */
    int[] returns() {
      return Arrays.copyOf(returns, count);
    }
  }
}
