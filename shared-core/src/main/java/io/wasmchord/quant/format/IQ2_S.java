package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 32 bytes: the low 8 bits of indices into the grid, for eight values each |
 *   | 34 | 32 bytes: bit i is the sign of value i |
 *   | 66 | 8 bytes: high pairs of four indices each, from the lowest bits on |
 *   | 74 | 16 nibbles: scales of 16 values, the low one first |
 * </pre>
 *
 * <p>With {@code q} of the grid and its sign, a value is {@code d / 8 * (2 * scale + 1) * q}.
 */
public final class IQ2_S extends ScaledFormat {
  /** ggml's {@code iq2s_grid}. */
  public static final Grid GRID =
      Grid.of(
          8,
          "#$$$$$$$$$$$$&$$$$$$$&$$$$$$$&$(&&$$$$$$$$&$($$$&$$$$&$&$($$($($$$&$(*$$$$$&0&&&**$$"
              + "$$$$$&$$$$$$$$$$$$$$$($$$$&$&$($$$$$$$$$&$&$$$$$$$&$($$$&$(,$$$$&0&$&$(,$(4$$$&$$$$&"
              + "&$$$$$$$$&$(&*0$$($$$&*&$&$(,*4,$*&$,D.$$$$$$$&$$&$$$&$$$$$$$&$$&&$&$($$$$$$$$$$$$&$"
              + "$$$$$$&$($$$&$2$&$&($(&($2$(4$$$&$$$$&$&$$$$$$$&$($$$&$(,$$$$$$$&$($$$&$(,$(4&$&$(,$"
              + "(4<$$$$$&$&*$$$&$(,$:$$$&$(,$(28,(40J$$$&$$$$&&$$($$*(*&0$$($$(*$$($(,$(4*.&$&(:$2&$"
              + "$$$&$&$($$$&$(,$(4&$&$(,$(0&>$(42H&($2$(<4$$(]8.>.$6$$$$$$$$$$$&$$$$$$$$$$$($(&$&$($"
              + "$$&$$$$$$($$$$$$$&$($$$&$(,$($$$((&$&$(,$:$$$$$$$$$$$$&$$$$$$$&$($$$&$(,$$$$$$$&$($$"
              + "$&$(*$$(4$$$&$(,$(48($&$$$$&$($$$&$(.(4$$$&$(,$(400$(4X$$$&$$$$$$$&$$$$$$$&$($$$&$2$"
              + "$$$$$$&$($$$&$(,$(4&$&$(,$(2$>$$$$$$$&$($$$&$(,$(4$$$&$(,$(4>$(0&X$$$&$(,$(*,>$(4X2L"
              + "6&$$&$$$&$(&$&$(.(4$$$&$(,$(420(40B*&$&$(,$(4>$(4*202e2$(J6.<wN*$$$&$&$&($($$$&*&($2"
              + "$&$$$$&$($$$&$2$(2$&&$$2$(P$$$$$$$&*$$$&$(,$(4$$$&$(,$(4*6$(2$X&($2$(H*$:8V8$.4*$&$$"
              + "$$(($$$&$(,$(4&($2$(*H$(4T&$$$&$(,$(400$(4L&*B2D$(0&V$D&~24&&&*($$(H(>8D(.&$@&$2&$(4"
              + "D0(2~.V2TP6>$,$&F6",
          8,
          25,
          43);

  private static final int GROUP = 16;
  private static final Range RANGE = new Range(-43, 43, 0);
  private static final Field D = Field.f16("d", 0);
  private static final Field LOW = Field.integers("low bits of indices", 2, 8, 32);
  private static final Field SIGNS = Field.integers("signs", 34, 1, 256);
  private static final Field HIGH = Field.integers("high pairs of indices", 66, 2, 32);
  private static final Field SCALES = Field.integers("scales", 74, 4, 16);

  public IQ2_S() {
    super("IQ2_S", 22, GROUP, RANGE, OddScales.RANGE, D, LOW, SIGNS, HIGH, SCALES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at()) * 0.125f;
    OddScales.unpack(src, at + SCALES.at(), SCALES.count(), out);
    byte[] q = out.q();
    for (int k = 0; k < LOW.count(); k++) {
      int high = src[at + HIGH.at() + (k >> 2)] >> (2 * (k & 3)) & 3;
      GRID.put((src[at + LOW.at() + k] & 0xFF) | high << 8, q, 8 * k);
      Signs.apply(src[at + SIGNS.at() + k], q, 8 * k);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
