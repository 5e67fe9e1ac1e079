package io.wasmchord.conformance;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All cases. */
public final class ConformanceSuite {
  /** The formats that a backend multiplies by. */
  public static final List<TensorType> WEIGHT_TYPES =
      Stream.concat(those(FloatFormat.class), those(IntegerFormat.class)).toList();

  /** The activations that have no limit. */
  static final List<Activation> UNLIMITED =
      Arrays.stream(Activation.values()).filter(a -> !a.limited()).toList();

  private static final int[][] MATMUL_SHAPES = { // rows, columns in units of the block, tokens
    {1, 1, 1}, {3, 1, 2}, {4, 3, 1}, {17, 2, 5}, {33, 4, 3}, {8, 1, 9}, {6, 19, 7}, {9, 19, 1}
  };

  private final List<ConformanceCase> cases = new ArrayList<>();

  private ConformanceSuite() {
    for (TensorType type : WEIGHT_TYPES) {
      matmuls(type);
      embedding(type);
    }
    norms();
    ropes();
    cases.addAll(AttentionCases.all());
    cases.addAll(RingCases.all());
    cases.addAll(ShortConvCases.all());
    elementwise();
    cases.addAll(MixtureCases.all());
    cases.addAll(RankCases.all());
    cases.addAll(PendingCases.all());
    cases.addAll(SequenceCases.all());
    cases.addAll(AttentionOptionCases.all());
    cases.addAll(RecurrentCases.all());
    cases.addAll(RoutingCases.all());
    cases.addAll(HeadCases.all());
    cases.addAll(TextCases.all());
    cases.addAll(CrossCases.all());
    cases.addAll(RoutingCases.limitedBy(Activation.LIMITED_SILU));
    cases.addAll(StreamCases.all());
    cases.addAll(HeadMatMulCases.all());
    cases.addAll(BatchCases.all());
    cases.addAll(MixtureCases.withAdditions());
  }

  private static Stream<TensorType> those(Class<? extends WeightFormat> kind) {
    return Arrays.stream(TensorType.values()).filter(type -> kind.isInstance(type.format()));
  }

  /** Every case, in a fixed order. */
  public static List<ConformanceCase> cases() {
    return List.copyOf(new ConformanceSuite().cases);
  }

  /** The cases whose names contain {@code part}, in the same order. */
  public static List<ConformanceCase> cases(String part) {
    return cases().stream().filter(c -> c.name().contains(part)).toList();
  }

  private void add(String name, TensorType weights, ConformanceCase.Body body) {
    cases.add(new ConformanceCase(name, weights, body));
  }

  private void matmuls(TensorType type) {
    int unit = Math.max(type.blockElements(), 32);
    if (type.blockElements() == 1) {
      matmul(type, 10, 172, 1);
      matmul(type, 10, 172, 3);
    }
    for (int[] shape : MATMUL_SHAPES) {
      matmul(type, shape[0], shape[1] * unit, shape[2]);
    }
    extremes(type, unit);
  }

  private void matmul(TensorType type, int rows, int cols, int tokens) {
    String name = "matmul " + type + " [" + rows + ", " + cols + "] x " + tokens;
    add(
        name,
        type,
        rig -> {
          Inputs in = new Inputs(name);
          return matmul(
              rig,
              type,
              rows,
              cols,
              in.weight(type, rows, cols),
              tokens,
              in.awkward(tokens * cols));
        });
  }

  private void extremes(TensorType type, int unit) {
    for (int fill : new int[] {0x00, 0x7F, 0x80, 0xFF}) {
      String name = "matmul " + type + " extreme " + fill;
      add(
          name,
          type,
          rig -> {
            Inputs in = new Inputs(name);
            float[] x = new float[2 * 2 * unit];
            for (int i = 0; i < x.length; i++) {
              x[i] = (i & 1) == 0 || i < 2 * unit ? 1f : -1f; // every quant is 127 or -127
            }
            return matmul(rig, type, 5, 2 * unit, in.extreme(type, 5, 2 * unit, fill), 2, x);
          });
    }
  }

  private static float[] matmul(
      Rig rig, TensorType type, int rows, int cols, byte[] weight, int tokens, float[] x) {
    Tensor w = rig.weight(type, rows, cols, weight);
    Guarded out = rig.guarded(tokens, rows);
    return out.after(
        rig.backend().record().matmul(rig.activation(tokens, cols, x), w, out.inner()));
  }

  private static float[] embed(Rig rig, TensorType type, int cols, byte[] weight) {
    Tensor w = rig.weight(type, 6, cols, weight);
    Guarded out = rig.guarded(4, cols);
    return out.after(rig.backend().record().embed(w, new int[] {5, 0, 3, 3}, out.inner()));
  }

  private void embedding(TensorType type) {
    String name = "embed " + type;
    int cols = 2 * Math.max(type.blockElements(), 32);
    add(name, type, rig -> embed(rig, type, cols, new Inputs(name).weight(type, 6, cols)));
    String zeros = name + " of zeros";
    add(zeros, type, rig -> embed(rig, type, cols, new Inputs(zeros).zeros(type, 6, cols)));
    String after = name + " after a product";
    add(
        after,
        type,
        rig -> {
          Inputs in = new Inputs(after);
          Tensor w = rig.weight(type, 6, cols, in.weight(type, 6, cols));
          Tensor x = rig.activation(1, cols, in.floats(cols, 1f));
          Tensor product = rig.activation(1, 6, new float[6]);
          Guarded out = rig.guarded(4, cols);
          return out.after(
              rig.backend()
                  .record()
                  .matmul(x, w, product)
                  .embed(w, new int[] {5, 0, 3, 3}, out.inner()));
        });
  }

  private void norms() {
    for (int[] shape :
        new int[][] {
          {1, 1, 1}, {2, 5, 5}, {3, 64, 64}, {2, 100, 100}, {3, 96, 32}, {1, 2048, 2048}
        }) {
      String name = "rmsNorm [" + shape[0] + ", " + shape[1] + "] groups of " + shape[2];
      add(
          name,
          TensorType.F32,
          rig -> {
            Inputs in = new Inputs(name);
            Tensor x = rig.activation(shape[0], shape[1], in.awkward(shape[0] * shape[1]));
            Guarded out = rig.guarded(shape[0], shape[1]);
            return out.after(
                rig.backend()
                    .record()
                    .rmsNorm(x, rig.vector(in.floats(shape[2], 2f)), 1e-5f, out.inner()));
          });
    }
  }

  private void ropes() {
    for (RopeOrder order : RopeOrder.values()) {
      for (int[] shape : new int[][] {{1, 1, 2, 2}, {3, 2, 8, 8}, {2, 3, 64, 64}, {2, 2, 64, 32}}) {
        String name =
            "rope " + order + " heads " + shape[1] + " of " + shape[2] + ", " + shape[3]
                + " turned";
        add(
            name,
            TensorType.F32,
            rig -> {
              Inputs in = new Inputs(name);
              Tensor table = rig.activation(shape[0], shape[3], in.floats(shape[0] * shape[3], 1f));
              int cols = shape[1] * shape[2];
              Guarded x = rig.guarded(shape[0], cols).with(in.floats(shape[0] * cols, 4f));
              return x.after(rig.backend().record().rope(x.inner(), table, shape[2], order));
            });
      }
    }
  }

  private void elementwise() {
    for (int cols : new int[] {1, 5, 64, 259}) {
      for (Activation activation : UNLIMITED) {
        cases.add(pair("gate " + activation, cols, (c, x, y) -> c.gate(x, y, activation, x)));
      }
      cases.add(pair("add", cols, Commands::add));
      cases.add(pair("addBias", cols, (c, x, y) -> c.addBias(x, y.rows(0, 1))));
      cases.add(pair("scale", cols, (c, x, y) -> c.scale(x, 1.7f)));
      cases.add(pair("softCap", cols, (c, x, y) -> c.softCap(x, 30f)));
    }
  }

  /** A command that changes {@code x}, with {@code y}. */
  interface Pairwise {
    void record(Commands commands, Tensor x, Tensor y);
  }

  /** {@code command} with two tensors of three rows. */
  static ConformanceCase pair(String what, int cols, Pairwise command) {
    String name = what + " [3, " + cols + "]";
    return new ConformanceCase(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          Guarded x = rig.guarded(3, cols).with(in.floats(3 * cols, 20f));
          Tensor y = rig.activation(3, cols, in.floats(3 * cols, 5f));
          Commands commands = rig.backend().record();
          command.record(commands, x.inner(), y);
          return x.after(commands);
        });
  }
}
