package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * Ternary values, five in a byte: a byte is a fraction of 256, and its digits to base 3 are the
 * values plus 1.
 *
 * <pre>
 *   | byte | field |
 *   | 0 | 32 bytes: digit j of byte i is value 32 j + i |
 *   | 32 | 16 bytes: digit j of byte i is value 160 + 16 j + i |
 *   | 48 | 4 bytes of four digits: digit j of byte i is value 240 + 4 j + i |
 *   | 52 | f16 d; value = d * q |
 * </pre>
 */
public final class TQ1_0 extends ScaledFormat {
  private static final Field FIVES = Field.integers("five digits", 0, 8, 48);
  private static final Field FOURS = Field.integers("four digits", 48, 8, 4);
  private static final Field D = Field.f16("d", 52);
  private static final int[] POWERS = {1, 3, 9, 27, 81};

  public TQ1_0() {
    super("TQ1_0", 34, Ternary.GROUP, Ternary.RANGE, Ternary.SCALE_RANGE, FIVES, FOURS, D);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    Ternary.unscaled(out);
    unpack(src, at + FIVES.at(), 32, 5, out.q(), 0);
    unpack(src, at + FIVES.at() + 32, 16, 5, out.q(), 160);
    unpack(src, at + FOURS.at(), FOURS.count(), 4, out.q(), 240);
  }

  private static void unpack(byte[] src, int at, int bytes, int digits, byte[] q, int to) {
    for (int j = 0; j < digits; j++) {
      for (int i = 0; i < bytes; i++) {
        int fraction = src[at + i] * POWERS[j] & 0xFF;
        q[to + bytes * j + i] = (byte) (((fraction * 3) >> 8) - 1);
      }
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(TQ1_0::encode);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    int[] q = Ternary.encode(src, at, dst, to + D.at());
    pack(q, 0, 32, 5, dst, to + FIVES.at());
    pack(q, 160, 16, 5, dst, to + FIVES.at() + 32);
    pack(q, 240, FOURS.count(), 4, dst, to + FOURS.at());
  }

  private static void pack(int[] q, int from, int bytes, int digits, byte[] dst, int to) {
    for (int i = 0; i < bytes; i++) {
      int number = 0;
      for (int j = 0; j < 5; j++) {
        number = number * 3 + (j < digits ? q[from + bytes * j + i] : 0);
      }
      dst[to + i] = (byte) ((number * 256 + 242) / 243); // the fraction, rounded up
    }
  }
}
