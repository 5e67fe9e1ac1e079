package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q5_1;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.Range;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;
import java.util.List;

/**
 * The code that takes apart four interleaved blocks of one format. A vector has a 32-bit lane for
 * each of the four rows. Quants come as they are stored, without their bias, so that they are small
 * and not negative where the format allows; {@link #bias()} is taken off the sum afterwards.
 */
public abstract class BlockCode {
  /** Rows of a weight that are interleaved: one for each 32-bit lane. */
  public static final int ROWS = 4;

  private final IntegerFormat format;
  private final BlockLayout layout;
  private final Range stored;

  BlockCode(IntegerFormat format) {
    this(format, format.quants().bias());
  }

  /**
   * @param bias what is to be subtracted from every quant: the format's own, or one that makes
   *     quants that are looked up small and not negative
   */
  BlockCode(IntegerFormat format, int bias) {
    this.format = format;
    this.stored = new Range(format.quants().least(), format.quants().most(), bias);
    this.layout = BlockLayout.of(format, ROWS);
  }

  /**
   * A format's code.
   *
   * @param relaxed whether there is relaxed SIMD
   */
  public static BlockCode of(IntegerFormat format, boolean relaxed) {
    TableLookup lookup = new TableLookup(relaxed);
    return switch (format) {
      case Q4_0 f -> new Q40Code(f);
      case Q4_1 f -> new Q41Code(f);
      case Q5_0 f -> new Q50Code(f);
      case Q5_1 f -> new Q51Code(f);
      case Q8_0 f -> new Q80Code(f);
      case IQ4_NL f -> new Iq4NlCode(f, lookup);
      case MXFP4 f -> new Mxfp4Code(f, lookup);
      case Q2_K f -> new Q2KCode(f);
      case Q3_K f -> new Q3KCode(f);
      case Q4_K f -> new Q4KCode(f);
      case Q5_K f -> new Q5KCode(f);
      case Q6_K f -> new Q6KCode(f);
      case IQ4_XS f -> new Iq4XsCode(f, lookup);
      case IQ2_XXS f -> new Iq2XxsCode(f);
      case IQ2_XS f -> new Iq2XsCode(f);
      case IQ2_S f -> new Iq2SCode(f);
      case IQ3_XXS f -> new Iq3XxsCode(f);
      case IQ3_S f -> new Iq3SCode(f);
      case IQ1_S f -> new Iq1SCode(f);
      case IQ1_M f -> new Iq1MCode(f);
      case TQ1_0 f -> new Tq10Code(f);
      case TQ2_0 f -> new Tq20Code(f);
      case NVFP4 f -> new Nvfp4Code(f, lookup);
      case Q1_0 f -> new Q10Code(f);
      case Q2_0 f -> new Q20Code(f);
    };
  }

  /** Takes four quants of each row: word w holds values 4w..4w+3. */
  public interface Sink {
    void word(int word, V128 quants);

    /**
     * The same of quants that have their signs apart.
     *
     * @param negative ones where a quant is negative, else zeros
     * @param bias that quants have which are handed on as they are
     */
    default void signed(int word, V128 magnitudes, V128.Local negative, int bias) {
      V128 less = V128.of(Opcode.I8X16_SUB, V128.i8x16(bias), negative); // 1 more where it is
      word(word, V128.of(Opcode.I8X16_ADD, magnitudes.xor(negative), less));
    }
  }

  /** Whose blocks these are. */
  public final IntegerFormat format() {
    return format;
  }

  /** Where the interleaved blocks' fields stand. */
  public final BlockLayout layout() {
    return layout;
  }

  /** Values in a block of the activations, or in a part of one that has its own float scale. */
  public int values() {
    return format.partner().blockValues();
  }

  /** The code of each part of a block, in order, where blocks have parts; else this alone. */
  public List<BlockCode> parts() {
    return List.of(this);
  }

  /** How many blocks of the activations one of the format has. */
  public final int inBlock() {
    return format.values() / format.partner().blockValues();
  }

  /** What the code looks values up in; empty where that is nothing. */
  public byte[] table() {
    return new byte[0];
  }

  /** Says where the table is, before anything else is emitted. */
  public void table(Code c, I32.Local address) {}

  /** The largest quant, where quants are 0 or more; else -1, for signed bytes. */
  public final int largestQuant() {
    return stored.storedSigned() ? -1 : stored.largestStored();
  }

  /** What is to be subtracted from every quant. */
  public final int bias() {
    return stored.bias();
  }

  /**
   * Whether quants come by {@link Sink#signed}. Who gives the signs to the activations has no bias
   * to take off; the largest magnitude is {@link #bias()}.
   */
  public boolean magnitudes() {
    return false;
  }

  /** Values that share an integer scale; the whole block where there are none. */
  public final int groupValues() {
    return Math.min(format.group(), values());
  }

  /** Whether groups have integer scales. */
  public final boolean scaled() {
    return format.scaled();
  }

  /** Whether a term with the minimum or offset is part of a block's sum. */
  public final boolean hasMinimum() {
    return format.lowered();
  }

  /** Whether {@link #pairs} is to be multiplied with sums of 16 activations, or of 32. */
  public final int pairSpan() {
    return groupValues();
  }

  /** Number of {@link #pairs}: 0 where there is nothing to multiply with the activations' sums. */
  public final int pairCount() {
    return scaled() && (hasMinimum() || bias() != 0) ? values() / pairSpan() / 2 : 0;
  }

  /** Loads what the methods below need into locals. */
  public abstract void begin(Code c, I32 block);

  /** The float scale of each row. */
  public V128.Local scale(Code c, I32 block) {
    return Halves.toFloats(c, V128.load16x4U(block, layout.half(0)));
  }

  /** The scale of the minimums, or the offset, of each row. */
  public final V128.Local minimum(Code c, I32 block) {
    return Halves.toFloats(c, V128.load16x4U(block, layout.half(1)));
  }

  /** The integer scale of group {@code g}, twice as int16. */
  public V128 scalePairs(int g) {
    throw new IllegalStateException(format + " has no integer scales");
  }

  /** The integer scale of group {@code g} as int32. */
  public V128 scaleLanes(int g) {
    throw new IllegalStateException(format + " has no integer scales");
  }

  /**
   * What the activations' sums of {@link #pairSpan} values are multiplied with, for spans 2p and 2p
   * + 1, as int16: minimums, or the bias times the scales.
   */
  public V128 pairs(int p) {
    throw new IllegalStateException(format + " has no minimums");
  }

  /** Emits the code of all quants. */
  public abstract void quants(Code c, I32 block, Sink sink);

  /**
   * The columns in the order in which {@link #apart} hands on quants: of word w bytes i are columns
   * 4 w + i of it. Empty where the values' own order is as cheap.
   */
  public int[] order() {
    return new int[0];
  }

  /** Emits the code of all quants in that order, for which activations are put in order too. */
  public void apart(Code c, I32 block, Sink sink) {
    quants(c, block, sink);
  }

  /** Word {@code index} of the four rows. */
  final V128 word(I32 block, int index) {
    return V128.load(block, layout.word(index));
  }

  /** 8-bit field {@code index} of the four rows, as int32. */
  final V128 octets(I32 block, int index) {
    int[] spread = new int[16];
    for (int i = 0; i < 16; i++) {
      spread[i] = i % 4 == 0 ? i / 4 : 0x80; // a swizzle index that gives 0
    }
    V128 bytes = V128.load32Splat(block, layout.octet(index));
    return V128.of(Opcode.I8X16_SWIZZLE, bytes, V128.bytes(spread));
  }

  /** Byte {@code index} of every row, in all four bytes of its lane. */
  static V128 spread(V128 bytes, int index) {
    return V128.of(Opcode.I8X16_SWIZZLE, bytes, perRow(index, index, index, index));
  }

  /** Half {@code index} of every row's lane, in both. */
  static V128 spreadHalf(V128 halves, int index) {
    return V128.of(
        Opcode.I8X16_SWIZZLE, halves, perRow(2 * index, 2 * index + 1, 2 * index, 2 * index + 1));
  }

  /** Indices of four bytes of every row's own. */
  static V128 perRow(int... four) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = i / 4 * 4 + four[i % 4];
    }
    return V128.bytes(lanes);
  }

  /** The same four bytes of every row. */
  static V128 each(int... four) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = four[i % 4];
    }
    return V128.bytes(lanes);
  }

  static V128 low(V128 bytes) {
    return bytes.and(V128.i8x16(0x0F));
  }

  static V128 high(V128 bytes) {
    return bytes.i16x8ShrU(4).and(V128.i8x16(0x0F));
  }

  /** The bits of {@code mask} in every byte, after a shift left, or right where negative. */
  static V128 shifted(V128 bytes, int left, int mask) {
    V128 moved = left == 0 ? bytes : left > 0 ? bytes.i16x8Shl(left) : bytes.i16x8ShrU(-left);
    return moved.and(V128.i8x16(mask));
  }
}
