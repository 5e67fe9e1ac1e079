package io.wasmchord.backend;

import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;

/**
 * How a backend lays out a layer's keys and values in memory, and so how they are copied out of it
 * and into it. Rows and states lie everywhere as they leave.
 *
 * @param keyLanes positions whose keys lie as a strip: their first elements, their second ones, and
 *     so on, an element being a value, or a block's scale. A divisor of {@link KvSpec#RUN}
 * @param byHead whether all places of a head lie together, instead of all heads of a place
 */
public record KvLayout(int keyLanes, boolean byHead) {
  private static final byte[] NONE = {};

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when strips would hold several heads
   */
  public KvLayout {
    if (KvSpec.RUN % keyLanes != 0 || (keyLanes > 1 && !byHead)) {
      throw new IllegalArgumentException(keyLanes + " positions in a strip");
    }
  }

  /**
   * Copies a piece out of a cache.
   *
   * @param memory of the piece's part of its layer
   * @param to as long as the piece
   */
  public void read(KvSpec spec, KvPiece piece, ByteView memory, byte[] to) {
    each(
        spec,
        piece,
        (at, bytes, strip, lane, count, offset, apart) -> {
          if (strip.length == 0) {
            memory.getBytes(at, to, offset, bytes);
            return;
          }
          memory.getBytes(at, strip, 0, strip.length);
          for (int i = 0; i < count; i++) {
            unpack(spec.type(), strip, lane + i, to, offset + i * apart, bytes);
          }
        });
  }

  /**
   * Copies a piece into a cache.
   *
   * @param memory of the piece's part of its layer
   * @param from as long as the piece
   */
  public void write(KvSpec spec, KvPiece piece, Memory memory, byte[] from) {
    each(
        spec,
        piece,
        (at, bytes, strip, lane, count, offset, apart) -> {
          if (strip.length == 0) {
            memory.putBytes(at, from, offset, bytes);
            return;
          }
          memory.getBytes(at, strip, 0, strip.length);
          for (int i = 0; i < count; i++) {
            pack(spec.type(), from, offset + i * apart, strip, lane + i, bytes);
          }
          memory.putBytes(at, strip, 0, strip.length);
        });
  }

  /**
   * Copies a piece of positions from cache to cache of one backend, as it lies.
   *
   * @param from the memory of the piece's part of its layer
   * @param to the same of the other cache
   */
  public void copy(KvSpec fromSpec, Memory from, KvSpec toSpec, Memory to, KvPiece piece) {
    int lanes = lanes(piece.part());
    int end = piece.first() + piece.count();
    int first = Math.min(end, (piece.first() + lanes - 1) / lanes * lanes); // of whole strips
    int last = Math.max(first, end / lanes * lanes);
    edge(fromSpec, from, toSpec, to, part(piece, piece.first(), first));
    int heads = byHead ? Math.max(1, fromSpec.heads(piece.layer()).count()) : 1;
    long bytes = KvPiece.each(fromSpec, piece.part(), piece.layer()) / heads;
    int cells = fromSpec.capacity(piece.layer());
    int toCells = toSpec.capacity(piece.layer());
    for (int p = first; p < last; ) {
      int n = Math.min(last - p, Math.min(cells - p % cells, toCells - p % toCells));
      for (int head = 0; head < heads; head++) {
        long at = bytes * ((long) head * cells + p % cells);
        to.putAll(bytes * ((long) head * toCells + p % toCells), from.slice(at, bytes * n));
      }
      p += n;
    }
    edge(fromSpec, from, toSpec, to, part(piece, last, end));
  }

  private void edge(KvSpec fromSpec, Memory from, KvSpec toSpec, Memory to, KvPiece piece) {
    if (piece.count() > 0) {
      byte[] bytes = new byte[(int) piece.bytes(fromSpec)];
      read(fromSpec, piece, from, bytes);
      write(toSpec, piece, to, bytes);
    }
  }

  private static KvPiece part(KvPiece piece, int first, int end) {
    return new KvPiece(piece.part(), piece.layer(), first, end - first);
  }

  private int lanes(Part part) {
    return part == Part.KEYS ? keyLanes : 1;
  }

  /** What is done with the positions that a head has in a strip. */
  private interface Strip {
    /**
     * @param at where it lies in memory
     * @param bytes of a position
     * @param strip room for its bytes, or none where positions lie for themselves
     * @param lane of its first position
     * @param count of its positions
     * @param offset of its first position in the piece
     * @param apart bytes from one position to the next in the piece
     */
    void move(long at, int bytes, byte[] strip, int lane, int count, int offset, int apart);
  }

  private void each(KvSpec spec, KvPiece piece, Strip action) {
    int all = (int) KvPiece.each(spec, piece.part(), piece.layer());
    if (piece.part() == Part.STATES) {
      action.move((long) all * piece.first(), all * piece.count(), NONE, 0, 1, 0, 0);
      return;
    }
    int lanes = lanes(piece.part());
    int heads = byHead ? Math.max(1, spec.heads(piece.layer()).count()) : 1;
    int bytes = all / heads;
    byte[] strip = lanes > 1 ? new byte[lanes * bytes] : NONE;
    int cells = spec.capacity(piece.layer());
    for (int done = 0; done < piece.count(); ) {
      int place = (piece.first() + done) % cells;
      int lane = place % lanes;
      int n = Math.min(lanes - lane, piece.count() - done);
      for (int head = 0; head < heads; head++) {
        long at = bytes * ((long) head * cells + place - lane);
        action.move(at, bytes, strip, lane, n, done * all + head * bytes, all);
      }
      done += n;
    }
  }

  private void unpack(KvType type, byte[] strip, int lane, byte[] to, int offset, int bytes) {
    for (int i = 0; i < bytes; ) {
      int size = element(type, i);
      System.arraycopy(strip, keyLanes * i + size * lane, to, offset + i, size);
      i += size;
    }
  }

  private void pack(KvType type, byte[] from, int offset, byte[] strip, int lane, int bytes) {
    for (int i = 0; i < bytes; ) {
      int size = element(type, i);
      System.arraycopy(from, offset + i, strip, keyLanes * i + size * lane, size);
      i += size;
    }
  }

  /** Bytes of the element that begins {@code at} bytes into a key. */
  private static int element(KvType type, int at) {
    return switch (type) {
      case F32 -> 4;
      case F16 -> 2;
      case Q8_0 -> at % type.bytes(type.blockValues()) == 0 ? 2 : 1;
    };
  }
}
