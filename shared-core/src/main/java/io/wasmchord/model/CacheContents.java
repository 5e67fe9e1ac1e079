package io.wasmchord.model;

/**
 * The contents of a cache in pieces, as bytes that are the same on every backend. Pieces follow
 * each other by layer; within a layer keys, values, rows and states do, each by position. What they
 * are joined is told by the model, the type of cache and the marks, and so is how long they are.
 * Nothing else may use the cache meanwhile.
 */
public interface CacheContents {
  CacheMarks marks();

  /** How many pieces there are. */
  int pieces();

  /** Bytes of a piece, at most a few million. */
  int bytes(int piece);

  /** Bytes of all pieces. */
  default long bytes() {
    long all = 0;
    for (int i = 0; i < pieces(); i++) {
      all += bytes(i);
    }
    return all;
  }

  /** Copies a piece to {@code to}, which is as long as it. */
  void read(int piece, byte[] to);

  /** Overwrites a piece. */
  void write(int piece, byte[] from);
}
