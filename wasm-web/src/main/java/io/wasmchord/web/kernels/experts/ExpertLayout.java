package io.wasmchord.web.kernels.experts;

import io.wasmchord.web.kernels.products.ActivationLayout;

/**
 * What routing leaves in memory for the commands that follow it; offsets in bytes. A slot is an
 * expert that is chosen at all, by number; its rows have places that follow each other.
 *
 * <pre>
 *   | range | content |
 *   | slots | number of slots; from {@link #FIRST_SLOT} on a record each |
 *   | choices | of each row its experts, rising: number, float32 weight |
 *   | places | of each row its places, in the order of the choices |
 *   | rows | of each place its row and its slot |
 *   | matrices | of each expert the addresses of its row groups and of its padded last group |
 *   | flags | experts that are not interleaved; then a word each, 1 where it is |
 * </pre>
 */
public final class ExpertLayout {
  /** Bytes from one slot to the next. */
  public static final int SLOT = 32;

  /** Where the first slot lies. */
  public static final int FIRST_SLOT = 32;

  /** Of a slot: its expert. */
  public static final int EXPERT = 0;

  /** Of a slot: its first place. */
  public static final int FIRST = 4;

  /** Of a slot: its places. */
  public static final int COUNT = 8;

  /**
   * Of a slot: its first row among the packed ones, where slots of several rows are whole tiles.
   */
  public static final int PACKED = 12;

  /** Of a slot: 1 where its expert must be interleaved before its products. */
  public static final int FRESH = 16;

  /** Bytes of a choice. */
  public static final int CHOICE = 8;

  /** Of a choice: its weight. */
  static final int WEIGHT = 4;

  /** Bytes of a place. */
  public static final int PLACE = 4;

  /** Bytes of a place's row and slot. */
  public static final int ROW = 8;

  /** Of a place: its slot. */
  public static final int ROW_SLOT = 4;

  /** Bytes of the addresses of one matrix. */
  public static final int MATRIX = 8;

  /** Of a matrix: the address of its last group. */
  public static final int TAIL = 4;

  /** Where the flag of the first expert lies. */
  public static final int FIRST_FLAG = 4;

  private ExpertLayout() {}

  /** Slots that {@code places} places may have. */
  public static int slots(int experts, int places) {
    return Math.min(experts, places);
  }

  /** Packed rows that {@code places} places may take. */
  public static long packedRows(int experts, int places) {
    return places + (ActivationLayout.TILE - 1L) * slots(experts, places);
  }

  /** Bytes of scratch that routing takes in a thread. */
  public static int scratchBytes(int experts) {
    return 16 * experts;
  }
}
