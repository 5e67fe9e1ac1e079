package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;

/** The commands that work row by row: embedding, norm, rope, gate, sums, caps, cache writes. */
final class ScalarRows {
  private ScalarRows() {}

  static void embed(Command.Embed c) {
    ScalarTensor out = ScalarTensor.of(c.out());
    var rows = new ScalarMatMul.RowDecoder(ScalarTensor.of(c.weight()));
    float[] row = new float[out.cols()];
    for (int t = 0; t < c.tokens().length; t++) {
      rows.decode(c.tokens()[t], row);
      out.putRow(t, row, 0);
    }
  }

  static void rmsNorm(Command.RmsNorm c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor out = ScalarTensor.of(c.out());
    int n = c.weight().cols();
    float[] weight = ScalarTensor.of(c.weight()).values();
    float[] row = new float[x.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      for (int at = 0; at < row.length; at += n) {
        int from = at % weight.length;
        float mean = StridedSum.ofSquares(row, at, n) / (float) n;
        float inverse = 1f / FloatMath.sqrt(mean + c.eps());
        for (int i = 0; i < n; i++) {
          row[at + i] = (row[at + i] * inverse) * weight[from + i];
        }
      }
      out.putRow(t, row, 0);
    }
  }

  static void layerNorm(Command.LayerNorm c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor out = ScalarTensor.of(c.out());
    float[] weight = ScalarTensor.of(c.weight()).values();
    int n = c.weight().cols();
    float[] row = new float[x.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      for (int at = 0; at < row.length; at += n) {
        int from = at % weight.length;
        float mean = StridedSum.of(row, at, n) / (float) n;
        for (int i = 0; i < n; i++) {
          row[at + i] = row[at + i] - mean;
        }
        float variance = StridedSum.ofSquares(row, at, n) / (float) n;
        float inverse = 1f / FloatMath.sqrt(variance + c.eps());
        for (int i = 0; i < n; i++) {
          row[at + i] = (row[at + i] * inverse) * weight[from + i];
        }
      }
      out.putRow(t, row, 0);
    }
  }

  static void rope(Command.Rope c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor table = ScalarTensor.of(c.table());
    float[] row = new float[x.cols()];
    float[] turn = new float[table.cols()];
    int pairs = turn.length / 2;
    boolean neox = c.order() == RopeOrder.NEOX;
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      table.getRow(t, turn, 0);
      for (int head = 0; head < row.length; head += c.headDim()) {
        for (int i = 0; i < pairs; i++) {
          int a = head + (neox ? i : 2 * i);
          int b = neox ? a + pairs : a + 1;
          float cos = turn[2 * i];
          float sin = turn[2 * i + 1];
          float xa = row[a];
          float xb = row[b];
          row[a] = xa * cos - xb * sin;
          row[b] = xa * sin + xb * cos;
        }
      }
      x.putRow(t, row, 0);
    }
  }

  static void storeKv(Command.StoreKv c) {
    ScalarTensor k = ScalarTensor.of(c.k());
    ScalarTensor v = ScalarTensor.of(c.v());
    float[] row = new float[Math.max(k.cols(), v.cols())];
    int t = 0;
    for (SequenceRows sequence : c.sequences()) {
      ScalarKvCache cache = ScalarKvCache.of(sequence.cache());
      ScalarKvCache.Layer layer = cache.layer(c.layer());
      KvRows rows = new KvRows(cache.spec().type());
      for (int p = sequence.position(); p < sequence.end(); p++, t++) {
        k.getRow(t, row, 0);
        rows.write(row, k.cols(), cache.keys(), layer.keyOffset(p, 0));
        v.getRow(t, row, 0);
        rows.write(row, v.cols(), cache.values(), layer.valueOffset(p, 0));
      }
    }
  }

  static void gate(Command.Gate c) {
    zip(c.gate(), c.up(), c.out(), gated(c.activation(), c.limit()));
  }

  private static Pairwise gated(Activation activation, float limit) {
    return switch (activation) {
      case SILU -> (g, u) -> FloatMath.silu(g) * u;
      case GELU -> (g, u) -> FloatMath.gelu(g) * u;
      case RELU_SQUARED -> (g, u) -> FloatMath.reluSquared(g) * u;
      case GELU_ERF -> (g, u) -> FloatMath.geluErf(g) * u;
      case SIGMOID -> (g, u) -> FloatMath.sigmoid(g) * u;
      case TANH -> (g, u) -> FloatMath.tanh(g) * u;
      case SOFTPLUS -> (g, u) -> FloatMath.softplus(g) * u;
      case EXP -> (g, u) -> FloatMath.exp(g) * u;
      case IDENTITY -> (g, u) -> g * u;
      case RELU -> (g, u) -> FloatMath.relu(g) * u;
      case SILU_LIMITED -> (g, u) -> FloatMath.siluLimited(g, u, limit);
      case SWIGLU_OAI -> (g, u) -> FloatMath.swigluOai(g, u, limit);
    };
  }

  static void activate(Command.Activate c) {
    zip(c.x(), c.x(), c.x(), activated(c.activation()));
  }

  private static Pairwise activated(Activation activation) {
    return switch (activation) {
      case SILU -> (x, ignored) -> FloatMath.silu(x);
      case GELU -> (x, ignored) -> FloatMath.gelu(x);
      case RELU_SQUARED -> (x, ignored) -> FloatMath.reluSquared(x);
      case GELU_ERF -> (x, ignored) -> FloatMath.geluErf(x);
      case SIGMOID -> (x, ignored) -> FloatMath.sigmoid(x);
      case TANH -> (x, ignored) -> FloatMath.tanh(x);
      case SOFTPLUS -> (x, ignored) -> FloatMath.softplus(x);
      case EXP -> (x, ignored) -> FloatMath.exp(x);
      case IDENTITY -> (x, ignored) -> x;
      case RELU -> (x, ignored) -> FloatMath.relu(x);
      case SILU_LIMITED, SWIGLU_OAI ->
          throw new IllegalArgumentException(activation + " without a gate");
    };
  }

  static void addScaled(Command.AddScaled c) {
    zip(c.x(), c.y(), c.x(), (x, y) -> x + y * c.factor());
  }

  static void addGated(Command.AddGated c) {
    float[] logits = ScalarTensor.of(c.logits()).values();
    for (int t = 0; t < logits.length; t++) {
      float factor = FloatMath.sigmoid(logits[t]);
      var row = c.x().rows(t, 1);
      zip(row, c.y().rows(t, 1), row, (x, y) -> x + y * factor);
    }
  }

  static void clamp(Command.Clamp c) {
    float bound = c.bound();
    zip(c.x(), c.x(), c.x(), (x, ignored) -> x < -bound ? -bound : bound < x ? bound : x);
  }

  static void xielu(Command.Xielu c) {
    zip(
        c.x(),
        c.x(),
        c.x(),
        (x, ignored) -> {
          float above = (c.positive() * x) * x;
          float least = x < c.limit() ? x : c.limit();
          float below = ((FloatMath.exp(least) - 1f) - x) * c.negative();
          return (0f < x ? above : below) + c.beta() * x;
        });
  }

  static void scaleRows(Command.ScaleRows c) {
    float[] factors = ScalarTensor.of(c.factors()).values();
    for (int t = 0; t < factors.length; t++) {
      float factor = factors[t];
      var row = c.x().rows(t, 1);
      zip(row, row, row, (x, ignored) -> x * factor);
    }
  }

  static void gather(Command.Gather c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    float[] row = new float[x.cols()];
    for (int i = 0; i < c.rows().length; i++) {
      x.getRow(c.rows()[i], row, 0);
      ScalarTensor.of(c.out()).putRow(i, row, 0);
    }
  }

  static void add(Command.Add c) {
    zip(c.x(), c.y(), c.x(), (x, y) -> x + y);
  }

  static void addBias(Command.AddBias c) {
    for (int t = 0; t < c.x().rows(); t++) {
      var row = c.x().rows(t, 1);
      zip(row, c.bias(), row, (x, b) -> x + b);
    }
  }

  static void scale(Command.Scale c) {
    zip(c.x(), c.x(), c.x(), (x, ignored) -> x * c.factor());
  }

  static void softCap(Command.SoftCap c) {
    zip(c.x(), c.x(), c.x(), (x, ignored) -> c.cap() * FloatMath.tanh(x / c.cap()));
  }

  static void readBack(Command.ReadBack c) {
    ScalarTensor src = ScalarTensor.of(c.src());
    src.data().getFloats(0, c.dst(), c.offset(), src.rows() * src.cols());
  }

  private interface Pairwise {
    float of(float a, float b);
  }

  private static void zip(Tensor a, Tensor b, Tensor out, Pairwise f) {
    ScalarTensor dst = ScalarTensor.of(out);
    float[] x = new float[a.cols()];
    float[] y = new float[b.cols()];
    for (int t = 0; t < a.rows(); t++) {
      ScalarTensor.of(a).getRow(t, x, 0);
      ScalarTensor.of(b).getRow(t, y, 0);
      for (int i = 0; i < x.length; i++) {
        x[i] = f.of(x[i], y[i]);
      }
      dst.putRow(t, x, 0);
    }
  }
}
