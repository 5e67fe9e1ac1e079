package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.formats.FloatWeights;
import java.util.List;

/**
 * Products with weights that are floats. An output element's additions follow each other in index
 * order, so several row groups are taken at once to hide the latency of an addition.
 */
public final class FloatCode {
  /** Row groups in a unit of {@link #decode}. */
  public static final int DECODE_GROUPS = 4;

  private static final int COLUMNS = ActivationLayout.FLOATS.blockValues();
  private static final int TILE = ActivationLayout.TILE;
  private static final int GROUPS = PanelLayout.GROUPS;

  private final FloatWeights weights;
  private final int columnBytes; // of four rows

  public FloatCode(FloatFormat format) {
    this.weights = FloatWeights.of(format);
    this.columnBytes = BlockLayout.of(format, BlockCode.ROWS).bytes();
  }

  /** One row of activations; a unit is {@link #DECODE_GROUPS} row groups. */
  public Emit.Body<MatMulArguments> decode() {
    return (c, f) -> {
      I32.Local blocks = f.argument(MatMulArguments.BLOCKS);
      I32.Local activations = f.argument(MatMulArguments.ACTIVATIONS);
      I32.Local out = f.argument(MatMulArguments.OUT);
      I32.Local rows = f.argument(MatMulArguments.ROWS);
      GroupAddress groups = GroupAddress.of(f);
      f.eachUnit(() -> {
        I32.Local[] w = new I32.Local[DECODE_GROUPS];
        for (int i = 0; i < DECODE_GROUPS; i++) {
          w[i] = c.i32(groups.of(f.unit().shl(2).plus(i).min(groups.full())));
        }
        V128.Local[] acc = Emit.zeros(c, DECODE_GROUPS);
        columns(c, w, activations, blocks, acc);
        for (int i = 0; i < DECODE_GROUPS; i++) {
          I32.Local row = c.i32(f.unit().shl(4).plus(4 * i));
          Emit.storeRows(c, out.plus(row.shl(2)), acc[i], rows.minus(row));
        }
      });
    };
  }

  private void columns(Code c, I32.Local[] w, I32 activations, I32 blocks, V128.Local[] acc) {
    I32.Local x = c.i32(activations);
    I32.Local b = c.i32(I32.of(0));
    c.countTo(
        b,
        blocks,
        1,
        () -> {
          for (int i = 0; i < COLUMNS; i++) {
            V128.Local value = c.v128(V128.load32Splat(x, 4 * i));
            for (int g = 0; g < acc.length; g++) {
              V128 weight = weights.load(c, w[g], i * columnBytes);
              c.set(acc[g], acc[g].f32x4Add(weight.f32x4Mul(value)));
            }
          }
          c.increase(x, 4 * COLUMNS);
          for (I32.Local address : w) {
            c.increase(address, COLUMNS * columnBytes);
          }
        });
  }

  /** Fills one half of a panel with float32; as {@link TileCode#unpack}, without a table. */
  public Function unpack(ModuleBuilder module) {
    return module.function(
        List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32),
        List.of(),
        (c, p) -> {
          I32.Local i = c.i32();
          c.countTo(
              i,
              p.i32(2),
              1,
              () -> {
                for (int k = 0; k < COLUMNS; k++) {
                  c.store(
                      p.i32(1), PanelLayout.PAIR * k, weights.load(c, p.i32(0), k * columnBytes));
                }
                c.increase(p.i32(0), COLUMNS * columnBytes);
                c.increase(p.i32(1), PanelLayout.PAIR * COLUMNS);
              });
        });
  }

  /** Two row groups times four tokens; as {@link TileCode#tile}. */
  public static Function tile(ModuleBuilder module) {
    return module.function(
        List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32),
        List.of(ValueType.I32),
        (c, p) -> {
          I32.Local a = p.i32(1);
          I32.Local acc = p.i32(2);
          I32.Local t = c.i32();
          c.countTo(
              t,
              p.i32(4),
              1,
              () -> {
                I32.Local w = c.i32(p.i32(0));
                I32.Local b = c.i32(I32.of(0));
                V128.Local[] sums = new V128.Local[GROUPS * TILE];
                for (int s = 0; s < sums.length; s++) {
                  sums[s] = c.v128(V128.load(acc, 16 * s));
                }
                c.countTo(b, p.i32(3), 1, () -> tileColumns(c, w, a, sums));
                for (int s = 0; s < sums.length; s++) {
                  c.store(acc, 16 * s, sums[s]);
                }
                c.increase(acc, 16 * GROUPS * TILE);
              });
          c.result(a);
        });
  }

  private static void tileColumns(Code c, I32.Local w, I32.Local a, V128.Local[] sums) {
    for (int k = 0; k < COLUMNS; k++) {
      for (int r = 0; r < GROUPS; r++) {
        V128.Local weight = c.v128(V128.load(w, PanelLayout.PAIR * k + 16 * r));
        for (int t = 0; t < TILE; t++) {
          int s = t * GROUPS + r;
          V128 x = V128.load32Splat(a, 4 * (k * TILE + t));
          c.set(sums[s], sums[s].f32x4Add(weight.f32x4Mul(x)));
        }
      }
    }
    c.increase(w, PanelLayout.PAIR * COLUMNS);
    c.increase(a, 4 * TILE * COLUMNS);
  }

  /** Bytes of a panel of {@link ActivationLayout#FLOATS}' blocks. */
  public static int panelBytes() {
    return PanelLayout.PAIR * COLUMNS * ActivationLayout.FLOATS.panelBlocks();
  }
}
