package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 32 times 16 bits: 9 of an index into the grid, for eight values; 7 of signs |
 *   | 66 | 16 nibbles: scales of 16 values, the low one first |
 * </pre>
 *
 * <p>With {@code q} of the grid and its sign, a value is {@code d / 8 * (2 * scale + 1) * q}.
 */
public final class IQ2_XS extends ScaledFormat {
  /** ggml's {@code iq2xs_grid}. */
  public static final Grid GRID =
      Grid.of(
          8,
          "#$$$$$$$$$$$$&$$$$$$$&$($$$&$&$,$$$$$$$$$$($$$&$((&$(4$$$&$(,$(&0*6$$$$$$$&$($$$&$$&"
              + ",$(4$$$&$(,$(,*>$(0&$>:$$$$$$(&($((.4*$$(4>(64(N&,$$$$$$$&$($$$&$(*$$(4$$$&$(,$(4.$0"
              + "$$&44F$$$&$(,$&$.(>$(4X.8R$($2.68&PgL$$$$$$$(,$(44,$(4(2B6D:&$(2$X>,B.2_&($,860].:.H"
              + "&$6$$$$$$$&$($$$$$$(&($(4$$$&$(,$(4&2*$($0$X$$$&$&$,$(4.2$(.(N,*8(P$(4&**D,6(2Bq$$$&"
              + "$((&$(4>$(&0$V@T$$(,*4,4*(R(JB8*.2*D>,$~6:$(4.*.6$~.0@20o4&N{VTcD*D$$$&$(*$$(4$8$$$$"
              + "&4,(H4F$2(&$($$0426@P6H>(28,$8*~(D(*,&$(402:6>m66&<((cH$N}JH_BF$&$,*PP(D&$&6>4FJ~X66"
              + ",$&R((X$P$H2",
          8,
          25,
          43);

  private static final int GROUP = 16;
  private static final Range RANGE = new Range(-43, 43, 0);
  private static final Field D = Field.f16("d", 0);
  private static final Field INDICES = Field.integers("indices and signs", 2, 16, 32);
  private static final Field SCALES = Field.integers("scales", 66, 4, 16);

  public IQ2_XS() {
    super("IQ2_XS", 17, GROUP, RANGE, OddScales.RANGE, D, INDICES, SCALES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at()) * 0.125f;
    OddScales.unpack(src, at + SCALES.at(), SCALES.count(), out);
    byte[] q = out.q();
    for (int k = 0; k < INDICES.count(); k++) {
      int packed = Bytes.u16(src, at + INDICES.at() + 2 * k);
      GRID.put(packed & 511, q, 8 * k);
      Signs.apply(Signs.even(packed >> 9), q, 8 * k);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
