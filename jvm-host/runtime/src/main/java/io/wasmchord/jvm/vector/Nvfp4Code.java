package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;

/** NVFP4: two scales for 32 values, which are recoded as the nibbles of MXFP4. */
final class Nvfp4Code extends RecodedCode {
  private final TableNibbles nibbles = new TableNibbles(MXFP4.TABLE);

  Nvfp4Code(NVFP4 format) {
    super(format, new NibbleForm(format, false, MXFP4.TABLE), format.part());
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::scale};
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int u = 0; u < units(s); u++) {
          nibbles.unpack(unit(s, u), s.panel, 16 * u);
        }
      }
    };
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int u = 0; u < units(s); u++) {
          nibbles.halves(unit(s, u), x.pairs(), s.at + 16 * u, s.whole, 2 * u * ROWS);
        }
      }
    };
  }
}
