package io.wasmchord.tokenizer;

import io.wasmchord.maps.LongIntMap;
import java.util.Arrays;
import java.util.List;

/** Finds those of a set of tokens that begin at a place in a text. */
final class TokenTrie {
  /** The node of the empty text. */
  static final int ROOT = 0;

  private static final int NO_TOKEN = -1;

  /** Child node by parent node and character. */
  private final LongIntMap edges;

  /** Token that ends at a node. */
  private final int[] tokens;

  /**
   * A trie of {@code ids}.
   *
   * @param pieces texts by token id; none of those that {@code ids} picks may be empty
   */
  TokenTrie(List<String> pieces, int[] ids) {
    int characters = 0;
    for (int id : ids) {
      characters = Math.addExact(characters, pieces.get(id).length());
    }
    edges = new LongIntMap(characters);
    tokens = new int[characters + 1];
    Arrays.fill(tokens, NO_TOKEN);
    int nodes = 1;
    for (int id : ids) {
      String piece = pieces.get(id);
      int node = ROOT;
      for (int i = 0; i < piece.length(); i++) {
        long edge = edge(node, piece.charAt(i));
        int child = edges.get(edge);
        if (child == LongIntMap.ABSENT) {
          child = nodes++;
          edges.putIfAbsent(edge, child);
        }
        node = child;
      }
      tokens[node] = id;
    }
  }

  private static long edge(int node, char c) {
    return (long) node << Character.SIZE | c;
  }

  /** The node of {@code node}'s text and {@code c}, or -1 where no token goes on so. */
  int child(int node, char c) {
    return edges.get(edge(node, c));
  }

  /** The token that {@code node} spells, or -1. */
  int token(int node) {
    return tokens[node];
  }

  /** The longest token whose text stands at {@code offset}, or -1. */
  int longestAt(String text, int offset) {
    int found = NO_TOKEN;
    int node = ROOT;
    for (int i = offset; i < text.length(); i++) {
      node = edges.get(edge(node, text.charAt(i)));
      if (node == LongIntMap.ABSENT) {
        break;
      }
      if (tokens[node] != NO_TOKEN) {
        found = tokens[node];
      }
    }
    return found;
  }
}
