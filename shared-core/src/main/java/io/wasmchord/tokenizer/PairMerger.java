package io.wasmchord.tokenizer;

/**
 * Joins neighbouring symbols, best pair first and leftmost among equals, until no neighbours join:
 * the core of both byte-pair encodings. Symbols form a linked list over arrays; candidate pairs
 * wait in a heap, and a pair that has changed since it was queued is recognised by its key, so the
 * work is n log n in the number of symbols.
 */
abstract class PairMerger {
  /** The key of neighbours that do not join. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final int NONE = -1;

  private final LongHeap queue = new LongHeap();
  private int[] previous = new int[0];
  private int[] next = new int[0];

  /** Key of joining a symbol with its right neighbour. */
  private int[] keys = new int[0];

  /**
   * How early {@code left} and its right neighbour {@code right} join, smallest first, or {@link
   * #NEVER}.
   */
  abstract int key(int left, int right);

  /**
   * Makes {@code left} the join of itself and {@code right}; key(left, right) was the last key
   * asked of {@code left}.
   */
  abstract void join(int left, int right);

  /** The symbol to the right of {@code symbol} that is left after joining, or -1. */
  final int next(int symbol) {
    return next[symbol];
  }

  /** Joins symbols 0 to {@code count - 1}; symbol 0 always stays the first. */
  final void joinAll(int count) {
    if (next.length < count) {
      previous = new int[count];
      next = new int[count];
      keys = new int[count];
    }
    for (int i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < count ? i + 1 : NONE;
    }
    for (int i = 0; i < count; i++) {
      enqueue(i);
    }
    while (!queue.isEmpty()) {
      long top = queue.pop();
      int left = (int) top;
      if (keys[left] == (int) (top >> 32)) {
        joinWithNext(left);
      }
    }
  }

  private void joinWithNext(int left) {
    int right = next[left];
    join(left, right);
    keys[right] = NEVER;
    next[left] = next[right];
    if (next[left] != NONE) {
      previous[next[left]] = left;
    }
    if (previous[left] != NONE) {
      enqueue(previous[left]);
    }
    enqueue(left);
  }

  private void enqueue(int left) {
    int key = next[left] == NONE ? NEVER : key(left, next[left]);
    keys[left] = key;
    if (key != NEVER) {
      queue.push((long) key << 32 | left);
    }
  }
}
