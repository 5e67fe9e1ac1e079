package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 64 bytes: the low 8 bits of indices into the grid, for four values each |
 *   | 66 | 8 bytes: the ninth bits, bit i of index i |
 *   | 74 | 32 bytes: bit i is the sign of value i |
 *   | 106 | 8 nibbles: scales of 32 values, the low one first |
 * </pre>
 *
 * <p>With {@code q} of the grid and its sign, a value is {@code d * (2 * scale + 1) * q}.
 */
public final class IQ3_S extends ScaledFormat {
  /** ggml's {@code iq3s_grid}. */
  public static final Grid GRID =
      Grid.of(
          4,
          "###%$###$$$#&('$%$$$'$)%%###$&#&%%&$&)/&'(#&$#%%%&%&(%$$$/%*(&%$)$%(&$/$&%-&$%((%(1,"
              + "$.$&'(&$1'-%$031)$$.$&'/&6##$&#$$$#$)%$0$%+(#$%$&')%()$0($,%$#&((%,%,)%%#%((#&'3(-$'"
              + "$/$)&$&7)%()$1I&%/$=$'$).&3(*#$$$#$$$%$&#$)$$%$/#%$%$(%&%%&%():%%,$')$,&,%&$%&+$'$)("
              + "0-(+%)%&;%)'+/#-/*$',>&6&/$-'<)$$$%)$$'$%$,(*$$)'$/2,&$,(,$.;)&'$&#+$&(0*('&)3(&/)$-"
              + "',,/55B$/$-E&((&%%))2,'$$)('((&6$''&,'1%(.'$'$)&E$4-#;.$,C;36:'--(;(&(0&%%.('$$')+B("
              + "+,'(/9'#1/'.((%.,.F.5$YB$0Y$$.$722)?84(-'(*.'1W010%;67=K$W&%+$.$.(2)-1$>%&(%)3;:%08&"
              + "(':L2B9I",
          1,
          3,
          5,
          7,
          9,
          11,
          13,
          15);

  private static final int GROUP = 32;
  private static final Range RANGE = new Range(-15, 15, 0);
  private static final Field D = Field.f16("d", 0);
  private static final Field LOW = Field.integers("low bits of indices", 2, 8, 64);
  private static final Field NINTHS = Field.integers("ninth bits of indices", 66, 1, 64);
  private static final Field SIGNS = Field.integers("signs", 74, 1, 256);
  private static final Field SCALES = Field.integers("scales", 106, 4, 8);

  public IQ3_S() {
    super("IQ3_S", 21, GROUP, RANGE, OddScales.RANGE, D, LOW, NINTHS, SIGNS, SCALES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    OddScales.unpack(src, at + SCALES.at(), SCALES.count(), out);
    byte[] q = out.q();
    for (int k = 0; k < LOW.count(); k++) {
      int ninth = src[at + NINTHS.at() + (k >> 3)] >> (k & 7) & 1;
      GRID.put((src[at + LOW.at() + k] & 0xFF) | ninth << 8, q, 4 * k);
    }
    for (int k = 0; k < 32; k++) {
      Signs.apply(src[at + SIGNS.at() + k], q, 8 * k);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
