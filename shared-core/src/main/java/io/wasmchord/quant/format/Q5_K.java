package io.wasmchord.quant.format;

import java.util.Arrays;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | f16 dMin |
 *   | 4 | 12 bytes: scales and minimums as in Q4_K |
 *   | 16 | 32 bytes: the fifth bits, bit j of byte i is value 32 j + i |
 *   | 48 | 128 bytes: nibbles as in Q4_K |
 * </pre>
 */
public final class Q5_K extends MinimumFormat {
  private static final Range RANGE = Range.unsigned(5);
  private static final Field D = Field.f16("d", 0);
  private static final Field D_MIN = Field.f16("dMin", 2);
  private static final Field SCALES = Field.integers("scales and minimums", 4, 6, 16);
  private static final Field FIFTHS = Field.integers("fifth bits", 16, 1, 256);
  private static final Field NIBBLES = Field.integers("nibbles", 48, 4, 256);
  private static final ScaleSearch.Affine SEARCH =
      new ScaleSearch.Affine(SixBitScales.GROUP, RANGE.most(), -0.5f, 0.1f, 15, false);

  public Q5_K() {
    super(
        "Q5_K",
        13,
        SixBitScales.GROUP,
        RANGE,
        SixBitScales.RANGE,
        D,
        D_MIN,
        SCALES,
        FIFTHS,
        NIBBLES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    SixBitScales.unpack(src, at + D.at(), out);
    SixBitScales.unpackNibbles(src, at + NIBBLES.at(), out.q());
    int fifths = at + FIFTHS.at();
    byte[] q = out.q();
    for (int i = 0; i < 256; i++) {
      int bit = (src[fifths + (i & 31)] >> (i >> 5)) & 1;
      q[i] |= (byte) (bit << 4);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q5_K::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, Q5_K::encode));
  }

  private static void encode(
      float[] src, int at, float[] importance, int from, byte[] dst, int to) {
    pack(SixBitScales.encode(src, at, importance, from, dst, to + D.at(), RANGE.most()), dst, to);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    pack(SixBitScales.encode(src, at, dst, to + D.at(), SEARCH), dst, to);
  }

  private static void pack(int[] q, byte[] dst, int to) {
    int fifths = to + FIFTHS.at();
    Arrays.fill(dst, fifths, fifths + FIFTHS.bytes(), (byte) 0);
    for (int i = 0; i < 256; i++) {
      dst[fifths + (i & 31)] |= (byte) ((q[i] >> 4) << (i >> 5));
    }
    SixBitScales.packNibbles(q, dst, to + NIBBLES.at());
  }
}
