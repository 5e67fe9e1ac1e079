package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | per 32 values 4 bytes: indices into the grid, for eight values each |
 *   |   | and 32 bits: four times 7 bits of signs, from the lowest on; a scale of 4 bits |
 * </pre>
 *
 * <p>With {@code q} of the grid and its sign, a value is {@code d / 8 * (2 * scale + 1) * q}.
 */
public final class IQ2_XXS extends ScaledFormat {
  /** ggml's {@code iq2xxs_grid}. */
  public static final Grid GRID =
      Grid.of(
          8,
          "#$$$$$$($&$$$((&$($(.*$(&0@..$4F<$(,$($&.,$(.($&.06$,:$4@4(&$(.&$($8::Z,i$(,*4.(&0(."
              + "4*,R,T(.&.6LBD0g$(4><&gPN$(82*$T*R$s$(40J>6~(:.R~FV$((&$((*&,$(44>*&:*:*,@(.F28,_u$("
              + "4&TL&,ZB4(&($F(:<Pis$:mHL,(B__q(4:@JZ@F&y$P~N~~D$(6>>..ck$(&04FBD864Hu{m(.(P8J]T6,{~"
              + "}N~ZD8@m~(~~wR",
          8,
          25,
          43);

  private static final int GROUP = 32;
  private static final Range RANGE = new Range(-43, 43, 0);
  private static final Field D = Field.f16("d", 0);
  private static final Field GROUPS = Field.integers("indices, signs and scales", 2, 64, 8);

  public IQ2_XXS() {
    super("IQ2_XXS", 16, GROUP, RANGE, OddScales.RANGE, D, GROUPS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at()) * 0.125f;
    byte[] q = out.q();
    for (int g = 0; g < GROUPS.count(); g++) {
      int indices = at + GROUPS.at() + 8 * g;
      int signs = Bytes.i32(src, indices + 4);
      out.scale()[g] = OddScales.of(signs >>> 28);
      for (int k = 0; k < 4; k++) {
        int to = g * GROUP + 8 * k;
        GRID.put(src[indices + k] & 0xFF, q, to);
        Signs.apply(Signs.even((signs >> (7 * k)) & 127), q, to);
      }
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
