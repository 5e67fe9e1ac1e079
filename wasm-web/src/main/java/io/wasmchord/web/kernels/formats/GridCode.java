package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;
import java.util.function.IntFunction;

/**
 * Formats of grids: an index stands for eight or four values, which are looked up in memory, row by
 * row. Of grids of four values a product with one row of activations takes {@link #sixteen} of a
 * row at a time; all else takes {@link #quants}, four of each row.
 */
public abstract class GridCode extends ScaledCode {
  /** Groups of 32 values in a block. */
  public static final int GROUPS = 8;

  private final Grid grid;
  private final int moved;
  private final int shift; // from an index to an offset
  private I32 first = I32.of(0); // the table's address

  /**
   * @param bias makes quants that are not negative
   * @param moved what is added to the grid's values in the table
   */
  GridCode(ScaledFormat format, Grid grid, int bias, int moved) {
    super(format, bias);
    this.grid = grid;
    this.moved = moved;
    this.shift = Integer.numberOfTrailingZeros(grid.width());
  }

  @Override
  public final byte[] table() {
    byte[] values = grid.values();
    for (int i = 0; i < values.length; i++) {
      values[i] += (byte) moved;
    }
    return values;
  }

  @Override
  public final void table(Code c, I32.Local address) {
    first = address;
  }

  /** Takes where in the table the vectors of an index stand. */
  public interface Offsets {
    /** Of index {@code index} of a group, each row's. */
    void put(int index, IntFunction<I32> ofRow);
  }

  /**
   * Gives those of the indices {@code low} and {@code high}, which leave a vector together.
   *
   * @param offsets of every row, in the halves of its lane
   */
  static void halves(Code c, Offsets sink, int low, int high, V128 offsets) {
    V128.Local lanes = c.v128(offsets);
    I32.Local[] both = new I32.Local[ROWS];
    for (int r = 0; r < ROWS; r++) {
      both[r] = c.i32(lanes.i32Lane(r));
    }
    sink.put(low, row -> both[row].and(0xFFFF));
    sink.put(high, row -> both[row].shrU(16));
  }

  /** Gives those of the indices in the bytes of a word, which are loaded one by one. */
  final void bytes(I32 block, Offsets sink, int first, int word) {
    for (int i = 0; i < 4; i++) {
      int at = layout().word(word) + i;
      sink.put(first + i, row -> I32.load8(block, at + 4 * row).shl(shift));
    }
  }

  /** Emits the offsets of all indices of 32 values. */
  public abstract void offsets(Code c, I32 block, int group, Offsets sink);

  /** Whether eights have anything of their own; if not, {@link #eights} is not asked. */
  boolean eachEight() {
    return true;
  }

  /** For every eight of 32 values a byte of each row: what {@link #give} does to them. */
  public abstract V128 eights(Code c, I32 block, int group);

  /**
   * Whether a product with one row of activations is faster row by row: where an index stands for
   * four values, all of them with a sign. Signs are given to the activations then.
   */
  public final boolean byRow() {
    return grid.width() == 4;
  }

  /**
   * Hands on the values of the table: with their signs and the bias, or moved.
   *
   * @param eight the byte of {@link #eights} of every row, four times
   * @param half whether it is the second four of the eight
   */
  abstract void give(Code c, Sink sink, int word, V128 values, V128 eight, int half);

  /** The integer scale of group {@code g} of one row, eight times as int16. */
  public final V128 scaleOf(int row, int g) {
    return rowScale(row, g);
  }

  /**
   * Sixteen values of one row, as they are in the table.
   *
   * @param offsets of their four indices
   */
  public final V128 sixteen(I32... offsets) {
    V128 values = V128.load32Zero(first.plus(offsets[0]));
    for (int i = 1; i < offsets.length; i++) {
      values = values.load32Lane(first.plus(offsets[i]), i);
    }
    return values;
  }

  @Override
  public final void quants(Code c, I32 block, Sink sink) {
    for (int g = 0; g < GROUPS; g++) {
      V128 eights = eachEight() ? c.v128(eights(c, block, g)) : V128.i8x16(0);
      int to = 8 * g;
      offsets(c, block, g, (index, ofRow) -> values(c, ofRow, eights, index, to, sink));
    }
  }

  private void values(Code c, IntFunction<I32> offsets, V128 eights, int index, int to, Sink sink) {
    I32[] at = new I32[ROWS];
    for (int r = 0; r < ROWS; r++) {
      at[r] = first.plus(offsets.apply(r));
    }
    if (grid.width() == 8) {
      V128.Local two = c.v128(V128.load64Zero(at[0]).load64Lane(at[1], 1));
      V128.Local more = c.v128(V128.load64Zero(at[2]).load64Lane(at[3], 1));
      V128 eight = eachEight() ? c.v128(spread(eights, index)) : eights;
      V128.Local values = c.v128(V128.shuffle32(two, more, 0, 2, 4, 6));
      give(c, sink, to + 2 * index, values, eight, 0);
      values = c.v128(V128.shuffle32(two, more, 1, 3, 5, 7));
      give(c, sink, to + 2 * index + 1, values, eight, 1);
    } else {
      V128.Local two = c.v128(V128.load32Zero(at[0]).load32Lane(at[1], 1));
      V128.Local more = c.v128(V128.load32Zero(at[2]).load32Lane(at[3], 1));
      V128.Local values = c.v128(V128.shuffle32(two, more, 0, 1, 4, 5));
      give(c, sink, to + index, values, spread(eights, index / 2), index % 2);
    }
  }

  /**
   * Of four indices in the bytes of a word the even ones' offsets.
   *
   * @param high their higher bits, by {@link #higher}
   */
  final V128 evenBytes(V128 word, V128... high) {
    return joined(word.i16x8Shl(shift), high);
  }

  /** The same of the odd ones. */
  final V128 oddBytes(V128 word, V128... high) {
    return joined(word.i16x8ShrU(8 - shift), high);
  }

  private V128 joined(V128 low, V128... high) {
    V128 offsets = low.and(V128.i16x8(0xFF << shift));
    for (V128 bits : high) {
      offsets = offsets.or(bits);
    }
    return offsets;
  }

  /** Offsets of indices of {@code bits} bits in the halves of a lane, from the lowest bit on. */
  final V128 inHalves(V128 lanes, int bits) {
    return lanes.i16x8Shl(shift).and(V128.i16x8(((1 << bits) - 1) << shift));
  }

  /**
   * The bits above the eighth of two indices' offsets.
   *
   * @param halves of every row, the same twice
   * @param bits how many
   * @param low where those of the index in the low half begin
   * @param high where those of the other
   */
  final V128 higher(V128 halves, int bits, int low, int high) {
    int mask = (1 << bits) - 1;
    int to = 8 + shift;
    V128 fields = halves.and(V128.i32x4((mask << low) | (mask << (16 + high))));
    return fields.i16x8Mul(V128.i32x4((1 << (to - low)) | (1 << (16 + to - high))));
  }

  /** {@code 2 s + 1} of every byte. */
  static V128 odd(V128 scales) {
    return scales.i16x8Shl(1).or(V128.i8x16(1));
  }

  /** Odd scales in the nibbles of words, the low one first. */
  final void nibbleScales(Code c, V128... words) {
    V128.Local[] scales = new V128.Local[2 * words.length];
    for (int i = 0; i < words.length; i++) {
      V128.Local word = c.v128(words[i]);
      V128.Local low = c.v128(low(word));
      V128.Local high = c.v128(high(word));
      scales[2 * i] = c.v128(odd(neighbours(low, high, 0)));
      scales[2 * i + 1] = c.v128(odd(neighbours(low, high, 2)));
    }
    scales(ByteScales.ofUnsigned(scales));
  }

  private static V128 neighbours(V128 first, V128 second, int from) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = 16 * (i % 2) + i / 4 * 4 + from + i % 4 / 2;
    }
    return V128.shuffle(first, second, lanes);
  }

  /** {@code factor}, a power of two, times the float16 of every row. */
  final V128.Local scale(Code c, V128 halves, float factor) {
    return c.v128(Halves.toFloats(c, halves).f32x4Mul(V128.f32x4(factor)));
  }

  /** The same of the block's first 16-bit field. */
  final V128.Local scale(Code c, I32 block, float factor) {
    return scale(c, V128.load16x4U(block, layout().half(0)), factor);
  }
}
