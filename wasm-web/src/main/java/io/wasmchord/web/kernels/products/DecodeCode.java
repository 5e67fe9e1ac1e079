package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.formats.GridCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The product of a quantized weight and one row of activations. A unit is a group of four rows:
 * quants go from memory through registers into the sums, and the weight is read once, in order. Of
 * most formats two groups are computed at once, which share each load of activations: one of each
 * half of the units.
 */
public final class DecodeCode {
  private final List<BlockCode> blocks; // one for each group at once: they keep what they loaded
  private final BlockCode block;
  private final List<List<BlockCode>> parts; // of each group
  private final DotMode mode;
  private final ActivationLayout format;

  public DecodeCode(IntegerFormat weights, DotMode mode, boolean relaxed) {
    this.blocks =
        IntStream.range(0, groups(weights)).mapToObj(i -> BlockCode.of(weights, relaxed)).toList();
    this.block = blocks.getFirst();
    this.parts = blocks.stream().map(BlockCode::parts).toList();
    this.mode = mode;
    this.format = mode.activations(weights);
  }

  /**
   * Row groups at once. Not of formats that read two fields of a block in turn, as Q6_K its nibbles
   * and pairs: processors do not see that many streams come, and reading from memory took twice as
   * long.
   */
  private static int groups(IntegerFormat weights) {
    return switch (weights) {
      case Q4_0 _, Q4_1 _, Q8_0 _, Q4_K _, IQ4_NL _, MXFP4 _, NVFP4 _, Q1_0 _, Q2_0 _, TQ1_0 _ -> 2;
      default -> 1;
    };
  }

  public void body(Code c, Emit.Frame<MatMulArguments> f) {
    I32.Local length = f.argument(MatMulArguments.BLOCKS);
    I32.Local activations = f.argument(MatMulArguments.ACTIVATIONS);
    I32.Local out = f.argument(MatMulArguments.OUT);
    I32.Local rows = f.argument(MatMulArguments.ROWS);
    GroupAddress groups = GroupAddress.of(f);
    if (block.table().length > 0) {
      block.table(c, f.argument(MatMulArguments.TABLE));
    }
    // each half of the units is a stream of memory: halves are long, which prefetching needs
    int count = blocks.size();
    I32.Local last = c.i32(f.end().minus(1));
    I32.Local half = c.i32(f.end().minus(f.unit()).plus(count - 1).over(count));
    I32.Local end = c.i32(f.unit().plus(half));
    c.countTo(
        f.unit(),
        end,
        1,
        () -> {
          I32.Local[] group = new I32.Local[count];
          I32.Local[] w = new I32.Local[count];
          for (int i = 0; i < count; i++) {
            group[i] = c.i32(i == 0 ? f.unit() : f.unit().plus(half).min(last));
            w[i] = c.i32(groups.of(group[i]));
          }
          V128.Local[] acc = Emit.zeros(c, count);
          I32.Local a = c.i32(activations);
          I32.Local b = c.i32(I32.of(0));
          c.countTo(
              b,
              length,
              block.inBlock(),
              () -> {
                add(c, w, a, acc);
                for (I32.Local address : w) {
                  c.increase(address, block.layout().bytes());
                }
              });
          for (int i = 0; i < count; i++) {
            Emit.storeRows(c, out.plus(group[i].shl(4)), acc[i], rows.minus(group[i].shl(2)));
          }
        });
  }

  /** Adds a block of each group, part by part. */
  private void add(Code c, I32.Local[] w, I32.Local a, V128.Local[] acc) {
    int values = block.format().partner().blockValues();
    for (int p = 0; p < parts.getFirst().size(); p++) {
      int at = p;
      List<BlockCode> part = parts.stream().map(own -> own.get(at)).toList();
      int size = part.getFirst().values();
      int within = p * size % values;
      V128.Local[] sums = sums(c, part, w, a, within / 4);
      for (int i = 0; i < w.length; i++) {
        c.set(acc[i], acc[i].f32x4Add(term(c, part.get(i), within, w[i], a, sums[i])));
      }
      if (within + size == values) {
        c.increase(a, 4 * format.words());
      }
    }
  }

  /**
   * The integer sums of a block of each group, or of a part of one, for its four rows. Groups take
   * turns word by word.
   *
   * @param first the word of the activations' block with which the part begins
   */
  private V128.Local[] sums(Code c, List<BlockCode> part, I32.Local[] w, I32.Local a, int first) {
    part.getFirst().begin(c, w[0]);
    if (part.getFirst() instanceof GridCode grid && grid.byRow()) {
      return new V128.Local[] {new GridSums(c, grid, mode).of(w[0], a)};
    }
    V128.Local[] sums = Emit.zeros(c, w.length);
    Words words = new Words(c, part.getFirst(), a, first);
    List<Consumer<Runnable>> streams = new ArrayList<>();
    for (int i = 0; i < w.length; i++) {
      BlockCode own = part.get(i);
      I32.Local address = w[i];
      V128.Local sum = sums[i];
      if (i > 0) {
        own.begin(c, address);
      }
      streams.add(cut -> {
        GroupSums sink = new GroupSums(c, own, words, sum, cut);
        if (words.ordered()) {
          own.apart(c, address, sink);
        } else {
          own.quants(c, address, sink);
        }
      });
    }
    c.inTurn(streams);
    return sums;
  }

  /** Whether the activations get the signs of the quants, which stay without a bias. */
  private boolean signsToActivations(BlockCode block) {
    return block.magnitudes() && mode == DotMode.BYTES;
  }

  /** What a block, or the part of one from activation {@code from} on, adds to the four rows. */
  private V128 term(Code c, BlockCode block, int from, I32 w, I32 a, V128.Local sum) {
    Epilogue epilogue = new Epilogue(block, format, 1, from);
    V128.Local d = block.scale(c, w);
    if (!block.scaled()) {
      return epilogue.plain(sum, d, block.hasMinimum() ? block.minimum(c, w) : d, a, 0);
    }
    V128.Local sums = c.v128(V128.i32x4(0));
    boolean byRow = block instanceof GridCode grid && grid.byRow();
    boolean biased = !byRow && !signsToActivations(block);
    for (int p = 0; biased && p < block.pairCount(); p++) {
      c.set(sums, sums.i32x4Add(block.pairs(p).i32x4Dot(epilogue.activationSums(a, p, 0))));
    }
    return epilogue.scaled(sum, sums, d, block.hasMinimum() ? block.minimum(c, w) : d, a, 0);
  }

  /** Activations, four in every lane, that are loaded when they are first wanted. */
  private final class Words {
    private final Code c;
    private final I32 from;
    private final int first;
    private final int[] order;
    private final V128.@Nullable Local[] known;
    private final V128.@Nullable Local[] fours; // words beside each other, in order

    Words(Code c, BlockCode block, I32 from, int first) {
      this.c = c;
      this.from = from;
      this.first = first;
      this.order = mode == DotMode.BYTES ? block.order() : new int[0];
      this.known = new V128.Local[block.values() / 4];
      this.fours = new V128.Local[known.length / 4];
    }

    /** Whether they are not in the order of columns. */
    boolean ordered() {
      return order.length > 0;
    }

    V128.Local of(int word) {
      V128.Local words = known[word];
      if (words == null) {
        words = c.v128(loaded(word));
        known[word] = words;
      }
      return words;
    }

    private V128 loaded(int word) {
      if (ordered()) {
        int lane = word % 4;
        V128.Local four = four(word / 4);
        return V128.shuffle32(four, four, lane, lane, lane, lane);
      }
      int at = first + word;
      return mode == DotMode.BYTES
          ? V128.load32Splat(from, 4 * at)
          : V128.load64Splat(from, 8 * at);
    }

    /** Those of the lanes that are among sixteen activations; zeros where others stand. */
    private V128 sixteen(int[] lanes, int sixteen) {
      int[] within = Arrays.stream(lanes).map(i -> i / 16 == sixteen ? i % 16 : 0x80).toArray();
      V128 activations = V128.load(from, 4 * first + 16 * sixteen);
      return V128.of(Opcode.I8X16_SWIZZLE, activations, V128.bytes(within));
    }

    private V128.Local four(int index) {
      V128.Local four = fours[index];
      if (four == null) {
        int[] lanes = Arrays.copyOfRange(order, 16 * index, 16 * index + 16);
        four =
            c.v128(
                IntStream.range(0, order.length / 16)
                    .filter(at -> Arrays.stream(lanes).anyMatch(i -> i / 16 == at))
                    .mapToObj(at -> sixteen(lanes, at))
                    .reduce(V128::or)
                    .orElseThrow());
        fours[index] = four;
      }
      return four;
    }
  }

  /** Sums products group by group and adds each group, scaled, to the block's sum. */
  private final class GroupSums implements BlockCode.Sink {
    private final Code c;
    private final BlockCode block;
    private final Words activations;
    private final V128.Local sum;
    private final Runnable after; // each word
    private final V128.Local[][] open; // of each group: one sum of 16 bits, or two of 32
    private final int most; // products in 16 bits
    private final int[] steps;
    private final int[] left;

    GroupSums(Code c, BlockCode block, Words activations, V128.Local sum, Runnable after) {
      int groups = block.values() / block.groupValues();
      this.c = c;
      this.block = block;
      this.activations = activations;
      this.sum = sum;
      this.after = after;
      this.open = new V128.Local[groups][];
      this.most =
          mode == DotMode.SHORTS
              ? Integer.MAX_VALUE
              : signsToActivations(block) ? Widen.magnitudeSteps(block) : Widen.steps(block);
      this.steps = new int[groups];
      this.left = new int[groups];
      Arrays.fill(left, block.groupValues() / 4);
    }

    @Override
    public void signed(int word, V128 magnitudes, V128.Local negative, int bias) {
      if (!signsToActivations(block)) {
        BlockCode.Sink.super.signed(word, magnitudes, negative, bias);
        return;
      }
      V128 opposite = activations.of(word).xor(negative);
      product(word, V128.of(Opcode.I8X16_SUB, opposite, negative), magnitudes);
    }

    @Override
    public void word(int word, V128 quants) {
      product(word, activations.of(word), quants);
    }

    private void product(int word, V128 with, V128 quants) {
      int g = 4 * word / block.groupValues();
      if (mode == DotMode.BYTES) {
        add(g, V128.of(Opcode.I16X8_RELAXED_DOT_I8X16_I7X16_S, with, quants));
      } else {
        V128.Local q = c.v128(quants);
        add(g, Widen.low(block, q).i32x4Dot(with), Widen.high(block, q).i32x4Dot(with));
      }
      steps[g]++;
      left[g]--;
      if (left[g] == 0 || steps[g] == most) {
        close(g);
      }
      after.run();
    }

    private void add(int g, V128... products) {
      V128.Local[] sums = open[g];
      if (steps[g] == 0) {
        sums = new V128.Local[products.length];
        for (int i = 0; i < products.length; i++) {
          sums[i] = c.v128(products[i]);
        }
        open[g] = sums;
        return;
      }
      for (int i = 0; i < products.length; i++) {
        c.set(
            sums[i],
            mode == DotMode.BYTES ? sums[i].i16x8Add(products[i]) : sums[i].i32x4Add(products[i]));
      }
    }

    private void close(int g) {
      V128.Local[] sums = open[g];
      V128 closed;
      if (mode == DotMode.BYTES) {
        closed =
            block.scaled()
                ? sums[0].i32x4Dot(block.scalePairs(g))
                : V128.of(Opcode.I32X4_EXTADD_PAIRWISE_I16X8_S, sums[0]);
      } else {
        V128 rows =
            V128.shuffle32(sums[0], sums[1], 0, 2, 4, 6)
                .i32x4Add(V128.shuffle32(sums[0], sums[1], 1, 3, 5, 7));
        closed = block.scaled() ? rows.i32x4Mul(block.scaleLanes(g)) : rows;
      }
      c.set(sum, sum.i32x4Add(closed));
      steps[g] = 0;
    }
  }
}
