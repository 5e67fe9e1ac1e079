package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ROWS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What a thread writes to while it works, kept from step to step. */
final class KernelScratch {
  /** Tokens that share a pass over a panel. */
  static final int TILE = 4;

  private static final int MOST_CHUNKS = Panel.COLUMNS / 4; // of two pairs each
  static final long INTERLEAVED_BYTES = 4L * Panel.COLUMNS * ROWS;

  final Panel panel = new Panel();

  /** Sums of products, as [token of the tile][chunk][vector][lane]. */
  final short[] sums = new short[TILE * MOST_CHUNKS * 2 * ROWS];

  private final MemorySegment room = Arena.ofAuto().allocate(INTERLEAVED_BYTES, 64); // kept alive

  /** Address of blocks of weights that are interleaved as they are used. */
  final long interleaved = room.address();

  /** Sums of products of whole blocks, groups or parts, as [block][row]. */
  final int[] whole = new int[16 * ROWS];

  /** Sums of scaled groups, as [row]. */
  final int[] scaled = new int[ROWS];

  /** Sums of minimums, as [row]. */
  final int[] minimums = new int[ROWS];

  /** Quants of a block of activations. */
  final int[] quants = new int[256];

  /** Quants of a block of a key or value. */
  final byte[] bytes = new byte[32];

  /**
   * What the nibbles of a row of weights can make of the row of activations; see {@link FewBits}.
   */
  short[] tables = new short[0];

  /** The same of what values are moved by; see {@link TernaryCode}. */
  short[] moves = new short[0];

  /** The product whose tables these are. */
  @Nullable Product prepared;

  /** Of the weight: whether its float16 values are known to be finite. */
  boolean finite;

  /** Of the stage that is called: address of the panel's first interleaved block. */
  long address;

  /** Of the stage: the first pair of activations. */
  int at;

  /** Of the stage: blocks in the panel. */
  int blocks;

  /** Of the stage: the row of activations, and its place in the tile. */
  int token;

  int tile;

  /** Of the stage: the first block's number in its row. */
  int block;

  /** Results of a group, [row of activations][row of weights]. */
  float[] acc = new float[0];

  final TextAttention.Room attention = new TextAttention.Room();

  private MemorySegment memory = MemorySegment.NULL;
  private float[] floats = new float[Panel.COLUMNS];
  private float[] blockSums = new float[TILE * ROWS];

  /** Address of at least so many bytes, whatever they are, on a line of the caches. */
  long memory(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(Math.max(bytes, 2 * memory.byteSize()), 64);
    }
    return memory.address();
  }

  /** An array of at least {@code n} floats, whatever they are. */
  float[] floats(int n) {
    if (floats.length < n) {
      floats = new float[Math.max(n, 2 * floats.length)];
    }
    return floats;
  }

  /** An array of at least {@code n} zeros, which the caller leaves as zeros. */
  float[] sums(int n) {
    if (blockSums.length < n) {
      blockSums = new float[n];
    }
    return blockSums;
  }
}
