package io.wasmchord.constraint.vocabulary;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Tokens by their bytes. Nodes are numbered depth first, so that what begins like a node is what
 * follows it, up to {@link #end}.
 */
final class ByteTrie {
  /** The node of no bytes. */
  static final int ROOT = 0;

  private final byte[] labels;
  private final int[] ends;
  private final short[] depths;
  private final int[] firsts; // a token of the node's bytes, or -1
  private final int[] others; // by token: another of the same bytes, or -1
  private final int deepest;

  /**
   * @param bytes by token
   * @param ids tokens that have bytes
   */
  ByteTrie(byte[][] bytes, List<Integer> ids) {
    Integer[] sorted = ids.toArray(new Integer[0]);
    Comparator<Integer> order = (a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]);
    Arrays.sort(sorted, order);
    int most = 1;
    int longest = 0;
    for (int id : sorted) {
      most = Math.addExact(most, bytes[id].length);
      longest = Math.max(longest, bytes[id].length);
    }
    byte[] label = new byte[most];
    int[] end = new int[most];
    short[] depth = new short[most];
    int[] first = new int[most];
    Arrays.fill(first, -1);
    others = new int[bytes.length];
    Arrays.fill(others, -1);
    int[] path = new int[longest + 1];
    int nodes = 1;
    int length = 0; // of path
    byte[] last = new byte[0];
    for (int id : sorted) {
      byte[] own = bytes[id];
      int same = Arrays.mismatch(last, own);
      int shared = same < 0 ? own.length : same;
      while (length > shared) {
        end[path[length--]] = nodes;
      }
      for (int i = shared; i < own.length; i++) {
        label[nodes] = own[i];
        depth[nodes] = (short) (i + 1);
        path[i + 1] = nodes++;
      }
      length = own.length;
      int node = path[length];
      others[id] = first[node];
      first[node] = id;
      last = own;
    }
    while (length >= 0) {
      end[path[length--]] = nodes;
    }
    labels = Arrays.copyOf(label, nodes);
    ends = Arrays.copyOf(end, nodes);
    depths = Arrays.copyOf(depth, nodes);
    firsts = Arrays.copyOf(first, nodes);
    deepest = longest;
  }

  /** The byte that leads to a node. */
  int label(int node) {
    return labels[node] & 0xFF;
  }

  /** The first node that does not begin like {@code node}. */
  int end(int node) {
    return ends[node];
  }

  /** How many bytes lead to a node. */
  int depth(int node) {
    return depths[node];
  }

  int deepest() {
    return deepest;
  }

  /** A token of the node's bytes, or -1. */
  int token(int node) {
    return firsts[node];
  }

  /** Another token of the same bytes, or -1. */
  int another(int token) {
    return others[token];
  }
}
