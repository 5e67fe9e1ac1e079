package io.wasmchord.constraint.vocabulary;

import java.util.Arrays;

/**
 * Tokens by their bytes. Nodes are numbered depth first, so that what begins like a node is what
 * follows it, up to {@link #end}.
 */
final class ByteTrie {
  /** The node of no bytes. */
  static final int ROOT = 0;

  private static final int KEY_BYTES = 5;
  private static final int ID_BITS = 24;

  private final byte[] labels;
  private final int[] ends;
  private final short[] depths;
  private final int[] firsts; // a token of the node's bytes, or -1
  private final int[] others; // by token: another of the same bytes, or -1
  private final int deepest;

  /**
   * @param bytes by token
   * @param sorted tokens that have bytes, in the order of these
   */
  ByteTrie(byte[][] bytes, int[] sorted) {
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

  /** The tokens that have bytes, in the order of these. */
  static int[] sorted(byte[][] bytes) {
    long[] keys = new long[bytes.length]; // the first bytes, then the token
    int n = 0;
    for (int id = 0; id < bytes.length; id++) {
      if (bytes[id].length > 0) {
        long key = 0;
        for (int i = 0; i < KEY_BYTES; i++) {
          key = key << 8 | (i < bytes[id].length ? bytes[id][i] & 0xFF : 0);
        }
        keys[n++] = (key << ID_BITS | id) ^ Long.MIN_VALUE; // so that bytes count without a sign
      }
    }
    Arrays.sort(keys, 0, n);
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (int) (keys[i] & (1 << ID_BITS) - 1);
    }
    for (int from = 0; from < n; ) {
      int to = from + 1;
      while (to < n && keys[to] >>> ID_BITS == keys[from] >>> ID_BITS) {
        to++;
      }
      if (to - from > 1) {
        Integer[] alike = Arrays.stream(ids, from, to).boxed().toArray(Integer[]::new);
        Arrays.sort(alike, (a, b) -> compare(bytes[a], bytes[b]));
        for (int i = from; i < to; i++) {
          ids[i] = alike[i - from];
        }
      }
      from = to;
    }
    return ids;
  }

  private static int compare(byte[] a, byte[] b) {
    int at = Arrays.mismatch(a, b);
    boolean within = at >= 0 && at < a.length && at < b.length;
    return within ? (a[at] & 0xFF) - (b[at] & 0xFF) : a.length - b.length;
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
