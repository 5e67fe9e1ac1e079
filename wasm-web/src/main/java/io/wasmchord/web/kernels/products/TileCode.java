package io.wasmchord.web.kernels.products;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;
import java.util.List;

/**
 * The inner part of a product with several rows of activations: two row groups' unpacked blocks
 * times four tokens at a time. Sums stay in registers through a scale group; the weight's panel and
 * the accumulators stay in the first-level cache.
 */
public final class TileCode {
  private static final int TILE = ActivationLayout.TILE;
  private static final int GROUPS = PanelLayout.GROUPS;
  private static final int UNROLLED = 8;

  private final BlockCode block;
  private final DotMode mode;
  private final ActivationLayout format;
  private final PanelLayout panel;

  public TileCode(BlockCode block, DotMode mode) {
    this.block = block;
    this.mode = mode;
    this.format = mode.activations(block.format());
    this.panel = new PanelLayout(block, mode);
  }

  /**
   * {@code unpack(w, panel, blocks, table)}: fills one half of a panel with so many blocks of the
   * activations.
   */
  public Function unpack(ModuleBuilder module) {
    return module.function(
        List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32),
        List.of(),
        (c, p) -> {
          I32.Local w = p.i32(0);
          I32.Local to = p.i32(1);
          I32.Local i = c.i32();
          block.table(c, p.i32(3));
          List<BlockCode> parts = block.parts();
          c.countTo(
              i,
              p.i32(2),
              block.inBlock(),
              () -> {
                for (BlockCode part : parts) {
                  unpackBlock(c, part, w, to);
                  c.increase(to, panel.bytes());
                }
                c.increase(w, block.layout().bytes());
              });
        });
  }

  private void unpackBlock(Code c, BlockCode block, I32 w, I32 to) {
    block.begin(c, w);
    if (panel.ownScales()) {
      for (int g = 0; g < panel.groups(); g++) {
        c.store(to, panel.scale(g), block.scalePairs(g));
      }
    }
    block.quants(c, w, (word, quants) -> unpackWord(c, to, word, quants));
    for (int p = 0; p < block.pairCount(); p++) {
      c.store(to, panel.pair(p), block.pairs(p));
    }
    c.store(to, panel.d(), block.scale(c, w));
    if (block.hasMinimum()) {
      c.store(to, panel.dMin(), block.minimum(c, w));
    }
  }

  private void unpackWord(Code c, I32 to, int word, V128 quants) {
    if (mode == DotMode.BYTES) {
      c.store(to, panel.word(word), quants);
      return;
    }
    V128.Local q = c.v128(quants);
    V128.Local low = c.v128(Widen.low(block, q));
    V128.Local high = c.v128(Widen.high(block, q));
    V128 first = V128.shuffle32(low, high, 0, 2, 4, 6);
    V128 second = V128.shuffle32(low, high, 1, 3, 5, 7);
    if (block.scaled()) {
      int g = 4 * word / block.groupValues();
      V128.Local scale = c.v128(block.scalePairs(g));
      first = first.i16x8Mul(scale);
      second = second.i16x8Mul(scale);
    }
    c.store(to, panel.word(2 * word), first);
    c.store(to, panel.word(2 * word + 1), second);
  }

  /**
   * {@code tile(panel, activations, accumulators, blocks, tiles)}: adds the panel's blocks to the
   * accumulators of all tiles; the address after the activations.
   */
  public Function tile(ModuleBuilder module) {
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
                c.countTo(
                    b,
                    p.i32(3),
                    1,
                    () -> {
                      for (int from = 0; from < format.blockValues(); from += block.values()) {
                        tileBlock(c, w, a, from, acc);
                        c.increase(w, panel.bytes());
                      }
                      c.increase(a, 4 * TILE * format.words());
                    });
                c.increase(acc, 16 * GROUPS * TILE);
              });
          c.result(a);
        });
  }

  /**
   * Adds a block, or the part of one from activation {@code from} on, to the accumulators of a
   * tile.
   */
  private void tileBlock(Code c, I32.Local w, I32.Local a, int from, I32.Local acc) {
    V128.Local[] sums = Emit.zeros(c, GROUPS * TILE);
    int quantBytes = panel.groups() * panel.groupBytes();
    int words = panel.groups() * panel.groupWords();
    if (words <= 2 * UNROLLED) {
      int before = from / block.values() * words;
      words(c, w, before == 0 ? a : c.i32(a.plus(4 * TILE * before)), sums, words);
    } else {
      int groups = Math.max(1, UNROLLED / panel.groupWords());
      int stretch = Math.min(panel.groupWords(), UNROLLED) * groups;
      I32.Local wp = c.i32(w);
      I32.Local ap = c.i32(a);
      I32.Local end = c.i32(w.plus(quantBytes));
      c.loop(again -> {
        words(c, wp, ap, sums, stretch);
        c.increase(wp, PanelLayout.PAIR * (stretch + (panel.ownScales() ? groups : 0)));
        c.increase(ap, 4 * TILE * stretch);
        c.branchIf(wp.ltU(end), again);
      });
    }
    epilogue(c, w, a, from, acc, sums);
  }

  /** Adds {@code count} words of the quants, from a scale group's start on, to the sums. */
  private void words(Code c, I32 w, I32 a, V128.Local[] sums, int count) {
    int most = mode == DotMode.BYTES ? Widen.steps(block) : count;
    for (int from = 0; from < count; ) {
      int inGroup = panel.groupWords() - from % panel.groupWords();
      int n = Math.min(Math.min(most, inGroup), count - from);
      run(c, w, a, sums, from, n);
      from += n;
    }
  }

  private void run(Code c, I32 w, I32 a, V128.Local[] sums, int from, int n) {
    V128.Local[] open = new V128.Local[sums.length];
    for (int i = from; i < from + n; i++) {
      V128.Local[] weights = new V128.Local[GROUPS];
      for (int r = 0; r < GROUPS; r++) {
        weights[r] = c.v128(V128.load(w, panel.word(i) + 16 * r));
      }
      for (int t = 0; t < TILE; t++) {
        V128.Local x = c.v128(V128.load32Splat(a, 4 * (i * TILE + t)));
        for (int r = 0; r < GROUPS; r++) {
          int s = t * GROUPS + r;
          if (mode == DotMode.SHORTS) {
            c.set(sums[s], sums[s].i32x4Add(weights[r].i32x4Dot(x)));
          } else {
            V128 product = V128.of(Opcode.I16X8_RELAXED_DOT_I8X16_I7X16_S, x, weights[r]);
            if (i == from) {
              open[s] = c.v128(product);
            } else {
              c.set(open[s], open[s].i16x8Add(product));
            }
          }
        }
      }
    }
    if (mode == DotMode.BYTES) {
      close(c, w, sums, open, panel.scale(from / panel.groupWords()));
    }
  }

  private void close(Code c, I32 w, V128.Local[] sums, V128.Local[] open, int scaleAt) {
    for (int r = 0; r < GROUPS; r++) {
      V128 scale = block.scaled() ? c.v128(V128.load(w, scaleAt + 16 * r)) : null;
      for (int t = 0; t < TILE; t++) {
        int s = t * GROUPS + r;
        V128 wide =
            scale == null
                ? V128.of(Opcode.I32X4_EXTADD_PAIRWISE_I16X8_S, open[s])
                : open[s].i32x4Dot(scale);
        c.set(sums[s], sums[s].i32x4Add(wide));
      }
    }
  }

  private void epilogue(Code c, I32 w, I32 a, int from, I32 acc, V128.Local[] sums) {
    Epilogue epilogue = new Epilogue(block, format, TILE, from);
    for (int r = 0; r < GROUPS; r++) {
      V128.Local d = c.v128(V128.load(w, panel.d() + 16 * r));
      V128.Local dMin = block.hasMinimum() ? c.v128(V128.load(w, panel.dMin() + 16 * r)) : d;
      for (int t = 0; t < TILE; t++) {
        int s = t * GROUPS + r;
        V128 term;
        if (block.scaled()) {
          V128.Local extra = c.v128(V128.i32x4(0));
          for (int p = 0; p < block.pairCount(); p++) {
            V128 pairs = V128.load(w, panel.pair(p) + 16 * r);
            c.set(extra, extra.i32x4Add(pairs.i32x4Dot(epilogue.activationSums(a, p, t))));
          }
          term = epilogue.scaled(sums[s], extra, d, dMin, a, t);
        } else {
          term = epilogue.plain(sums[s], d, dMin, a, t);
        }
        c.store(acc, 16 * s, V128.load(acc, 16 * s).f32x4Add(term));
      }
    }
  }
}
