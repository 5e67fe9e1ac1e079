package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 64 bytes: indices into the grid, for four values each |
 *   | 66 | per 32 values 32 bits: four times 7 bits of signs, from the lowest on; a scale of 4 bits |
 * </pre>
 *
 * <p>With {@code q} of the grid and its sign, a value is {@code d / 2 * (2 * scale + 1) * q}.
 */
public final class IQ3_XXS extends ScaledFormat {
  /** Half of ggml's {@code iq3xxs_grid}, all of whose values are even. */
  public static final Grid GRID =
      Grid.of(
          4,
          "#$$'$&#$)+;$&$'$)&%$)-.*$$')$)$&,(0&(#$-E56'-.$&(52U96&$702$'$)$'$$-#:$))$Q$'$))D($0"
              + "+/2-&EJ&45.p0B$)$'$&%+A$$%$))=&#*$)(#$/#/6)&N&C0:6,=h$-9>)$)$7/'($0+-$=$'/7214`15((."
              + "=A47J76-0$.&p61#2(3@AG-C07p%$0T99*(29A0B*K?-&E*9rN0T2$0?B@GF(iCGSJ0T$$#42N,L='8/07C2"
              + "A$4g",
          2,
          6,
          10,
          14,
          18,
          22,
          26,
          31);

  private static final int GROUP = 32;
  private static final Range RANGE = new Range(-31, 31, 0);
  private static final Field D = Field.f16("d", 0);
  private static final Field INDICES = Field.integers("indices", 2, 8, 64);
  private static final Field SIGNS = Field.integers("signs and scales", 66, 32, 8);

  public IQ3_XXS() {
    super("IQ3_XXS", 18, GROUP, RANGE, OddScales.RANGE, D, INDICES, SIGNS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at()) * 0.5f;
    byte[] q = out.q();
    for (int k = 0; k < INDICES.count(); k++) {
      GRID.put(src[at + INDICES.at() + k] & 0xFF, q, 4 * k);
    }
    for (int g = 0; g < SIGNS.count(); g++) {
      int signs = Bytes.i32(src, at + SIGNS.at() + 4 * g);
      out.scale()[g] = OddScales.of(signs >>> 28);
      for (int k = 0; k < 4; k++) {
        Signs.apply(Signs.even((signs >> (7 * k)) & 127), q, g * GROUP + 8 * k);
      }
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
