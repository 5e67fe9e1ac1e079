package io.wasmchord.backend;

/**
 * Consecutive rows of a batch that belong to one sequence. A batch's rows are those of its first
 * sequence, then those of its second, and so on; each sequence has its own cache.
 *
 * @param cache of the sequence
 * @param position of the first row; the next row is at the next position
 * @param count rows, 1 or more
 */
public record SequenceRows(KvCache cache, int position, int count) {
  /** The position after the last row's. */
  public int end() {
    return position + count;
  }
}
