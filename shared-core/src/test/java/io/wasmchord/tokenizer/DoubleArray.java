package io.wasmchord.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** Writes character maps as SentencePiece does: a double-array trie and its replacements. */
final class DoubleArray {
  private static final class Node {
    final TreeMap<Integer, Node> children = new TreeMap<>();
    int value = -1;
    int index;
  }

  private final Node root = new Node();
  private final ByteArrayOutputStream replacements = new ByteArrayOutputStream();
  private final int[] units = new int[1 << 14];
  private final BitSet used = new BitSet();

  private DoubleArray(Map<String, String> map) {
    map.forEach((key, replacement) -> {
      Node node = root;
      for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
        node = node.children.computeIfAbsent(b & 0xFF, c -> new Node());
      }
      node.value = replacements.size();
      replacements.writeBytes(replacement.getBytes(StandardCharsets.UTF_8));
      replacements.write(0);
    });
    Deque<Node> queue = new ArrayDeque<>();
    used.set(0);
    queue.add(root);
    while (!queue.isEmpty()) {
      place(queue.remove(), queue);
    }
  }

  private void place(Node node, Deque<Node> queue) {
    int offset = 1;
    while (!fits(node, offset)) {
      offset++;
    }
    units[node.index] |= offset << 10;
    int base = node.index ^ offset;
    if (node.value >= 0) {
      units[node.index] |= 1 << 8;
      units[base] = node.value | 1 << 31;
      used.set(base);
    }
    node.children.forEach((c, child) -> {
      child.index = base ^ c;
      used.set(child.index);
      units[child.index] = c;
      queue.add(child);
    });
  }

  private boolean fits(Node node, int offset) {
    int base = node.index ^ offset;
    return !(node.value >= 0 && used.get(base))
        && node.children.keySet().stream().noneMatch(c -> used.get(base ^ c));
  }

  /** The bytes of {@code precompiled_charsmap}. */
  static int[] of(Map<String, String> map) {
    DoubleArray array = new DoubleArray(map);
    int length = (array.used.length() + 255) / 256 * 256;
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * length + array.replacements.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(4 * length);
    Arrays.stream(array.units, 0, length).forEach(bytes::putInt);
    bytes.put(array.replacements.toByteArray());
    int[] result = new int[bytes.capacity()];
    Arrays.setAll(result, i -> bytes.get(i));
    return result;
  }
}
