package io.wasmchord.model;

import java.util.Arrays;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * A decoder in plain double precision, one token after the other, with loops as formulas have them.
 * It shares nothing with the runtime: what is tested against it is written twice. The fields say
 * what a model does; their values are those of a llama.
 */
final class PlainDecoder {
  final TinyModel model;

  int layers = 4;
  int hidden = 32;
  int heads = 4;
  int kvHeads = 2;
  int headDim = 8;
  int ropeDim = 8;
  int feedForward = 48;
  int vocabulary = 40;
  double epsilon = 0.02;
  double epsilonAfter = -1; // of norms of what is added; the same where it is below 0
  boolean layerNorm;
  boolean normsBefore = true;
  boolean normsAfter;
  boolean parallel; // the feed-forward layer does not see what attention adds
  boolean turnedFirst; // and normed then
  boolean onlyWindowsTurned;
  boolean ownHeadNorms; // a row of factors for each head
  boolean neox = true;
  boolean learnedPositions;
  int untouchedByRope; // every so many layers one
  double[] frequencies = frequencies(8, 10000);
  double[] localFrequencies = frequencies(8, 10000);
  double magnitude = 1;
  double localMagnitude = 1;
  int window;
  int period = 1;
  boolean firstSeesAll; // of a period, and not the last
  Set<Integer> convolved = Set.of(); // layers that are no attention
  int taps = 3; // of their convolutions
  PlainRecurrence recurrent = new PlainRecurrence(); // none
  String lastNorm = "output_norm";
  String attentionNorm = "attn_norm";
  String normAfterAttention = "post_attention_norm";
  String normAfterFeedForward = "post_ffw_norm";
  DoubleUnaryOperator attentionGate = x -> 1 / (1 + Math.exp(-x)); // of values, or of heads
  double embeddingScale = 1;
  double attentionScale = 1 / Math.sqrt(8);
  double residualScale = 1;
  double normedResidual; // of what a sub-layer took, which it is added to; 0 where it is not
  double logitScale = 1;
  double attentionFactor = 1; // of what attention adds
  double scoreCap;
  double logitCap;
  boolean gated = true;
  DoubleUnaryOperator activation = PlainDecoder::silu;
  int experts;
  int used;
  int expertWidth;
  boolean weightsNormalized = true;
  boolean sharedExpert;
  PlainLatent latent; // attention, where it is
  PlainRouting routed; // mixtures of another kind, where there are any
  final PlainRare rare = new PlainRare();
  final PlainLoops loops = new PlainLoops();

  PlainDecoder(TinyModel model) {
    this.model = model;
  }

  static double[] frequencies(int dims, double base) {
    double[] f = new double[dims / 2];
    for (int i = 0; i < f.length; i++) {
      f[i] = Math.pow(base, -2.0 * i / dims);
    }
    return f;
  }

  static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  static double reluSquared(double x) {
    return Math.max(x, 0) * Math.max(x, 0);
  }

  static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /**
   * x times the normal distribution's share below x, by its Taylor series
   * (https://doi.org/10.18637/jss.v011.i04).
   */
  static double geluErf(double x) {
    if (Math.abs(x) > 7) {
      return Math.max(x, 0);
    }
    double sum = x;
    double term = x;
    for (int i = 3; Math.abs(term) > 1e-18; i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return x * (0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
  }

  /** Logits of every position. */
  double[][] logits(int[] ids) {
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      x[t] = row("token_embd.weight", ids[t], hidden);
      for (int i = 0; i < hidden; i++) {
        x[t][i] *= embeddingScale;
        if (model.has("position_embd.weight")) {
          x[t][i] += row("position_embd.weight", t, hidden)[i];
        }
      }
    }
    for (int t = 0; t < ids.length && model.has("token_embd_norm.weight"); t++) {
      x[t] = lastNorm.equals("token_embd_norm") ? x[t] : norm(x[t], "token_embd_norm", hidden);
    }
    rare.start(this, x);
    if (rare.hyper != null) {
      rare.hyper.start(x);
    }
    loops.run(this, x);
    if (rare.hyper != null) {
      rare.hyper.finish(this, x);
    }
    double[][] logits = new double[ids.length][];
    String output = model.has("output.weight") ? "output" : "token_embd";
    for (int t = 0; t < ids.length; t++) {
      logits[t] = linear(output, norm(x[t], lastNorm, hidden), vocabulary);
      for (int i = 0; i < vocabulary; i++) {
        double scaled = logits[t][i] * logitScale;
        logits[t][i] = logitCap == 0 ? scaled : logitCap * Math.tanh(scaled / logitCap);
      }
    }
    return logits;
  }

  void layers(double[][] x, int from, int to) {
    for (int layer = from; layer < to; layer++) {
      layer(x, layer);
      rare.skip(this, x, layer);
    }
  }

  private void layer(double[][] x, int layer) {
    String blk = "blk." + layer + ".";
    rare.enter(this, layer);
    int n = x.length;
    if (rare.hyper != null) {
      rare.hyper.layer(this, layer);
      return;
    }
    if (rare.sparse(this, blk, x)) {
      return;
    }
    if (recurrent.feedForwards.contains(layer)) {
      for (double[] row : x) {
        add(row, feedForward(blk, layer, norm(row, blk + "attn_norm", hidden)));
      }
      return;
    }
    double[][] in = new double[n][];
    double[][] before = new double[n][];
    for (int t = 0; t < n; t++) {
      in[t] = normsBefore ? norm(x[t], blk + attentionNorm, hidden) : x[t];
      before[t] = x[t].clone();
    }
    double[][] mixed = mixed(blk, in, layer);
    if (recurrent.besideAttention) {
      double[][] attended = attention(in, layer);
      for (int t = 0; t < n; t++) {
        add(x[t], attended[t]);
      }
    }
    for (int t = 0; t < n; t++) {
      double[] out = mixed[t];
      x[t] = normedResidual == 0 ? x[t] : times(in[t], normedResidual);
      add(x[t], normsAfter ? after(out, blk + normAfterAttention) : out);
    }
    if (recurrent.without(layer)) {
      return;
    }
    for (int t = 0; t < n; t++) {
      double[] y = normsBefore ? feedForwardInput(blk, x[t], before[t]) : x[t];
      x[t] = normedResidual == 0 ? x[t] : times(y, normedResidual);
      if (rare.routedEarly) {
        routed.logits = linear(blk + "ffn_gate_inp", before[t], routed.experts);
      }
      double[] out = feedForward(blk, layer, y);
      if (routed != null && routed.aside) {
        add(x[t], routed.of(this, blk, norm(before[t], blk + "ffn_norm_exps", hidden)));
      }
      add(x[t], normsAfter ? after(out, blk + normAfterFeedForward) : out);
    }
  }

  private static double[] times(double[] x, double factor) {
    return Arrays.stream(x).map(value -> value * factor).toArray();
  }

  private double[] after(double[] x, String name) {
    double own = epsilon;
    epsilon = epsilonAfter < 0 ? own : epsilonAfter;
    double[] y = norm(x, name, hidden);
    epsilon = own;
    return y;
  }

  double[][] mixed(String blk, double[][] in, int layer) {
    if (recurrent.is(layer)) {
      return recurrent.of(this, blk, in);
    }
    if (latent != null) {
      return latent.of(this, blk, in);
    }
    return convolved.contains(layer) ? convolution(blk, in) : attention(in, layer);
  }

  private double[][] attention(double[][] in, int layer) {
    String blk = "blk." + layer + ".";
    int n = in.length;
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    for (int t = 0; t < n; t++) {
      double[][] qkv = project(blk, in[t]);
      q[t] = turned(rare.clamped(qkv[0]), blk + "attn_q_norm", layer, t);
      q[t] = rare.heated(this, layer, q[t], t);
      k[t] = turned(rare.clamped(qkv[1]), blk + "attn_k_norm", layer, t);
      v[t] = rare.clamped(qkv[2]);
    }
    double[][] out = new double[n][];
    for (int t = 0; t < n; t++) {
      double[] given = PlainAttention.of(this, q[t], k, v, t, layer);
      gate(blk, in[t], given);
      recurrent.gate(this, blk, in[t], given);
      out[t] = linear(blk + "attn_output", subNorm(given, blk + "attn_sub_norm"), hidden);
    }
    for (double[] row : out) {
      for (int i = 0; i < hidden; i++) {
        row[i] *= attentionFactor;
      }
    }
    return out;
  }

  /** Multiplies what heads give by gates of what they take, one of each value or of each head. */
  void gate(String blk, double[] in, double[] given) {
    if (model.has(blk + "attn_gate.weight")) {
      int gates = (int) (long) model.shape(blk + "attn_gate.weight").get(1);
      double[] gate = linear(blk + "attn_gate", in, gates);
      for (int i = 0; i < given.length; i++) {
        given[i] *= attentionGate.applyAsDouble(gate[i / (given.length / gates)]);
      }
    }
  }

  /** {@code out(C * (the last taps of B * x, each times its weight))}, for each value alone. */
  private double[][] convolution(String blk, double[][] in) {
    double[][] bcx = new double[in.length][];
    double[][] out = new double[in.length][];
    float[] weight = model.tensor(blk + "shortconv.conv.weight");
    for (int t = 0; t < in.length; t++) {
      bcx[t] = linear(blk + "shortconv.in_proj", in[t], 3 * hidden);
      double[] y = new double[hidden];
      for (int i = 0; i < hidden; i++) {
        for (int back = 0; back < taps && back <= t; back++) {
          double[] then = bcx[t - back];
          y[i] += weight[i * taps + taps - 1 - back] * then[i] * then[2 * hidden + i];
        }
        y[i] *= bcx[t][hidden + i];
      }
      out[t] = linear(blk + "shortconv.out_proj", y, hidden);
    }
    return out;
  }

  private double[] feedForwardInput(String blk, double[] x, double[] before) {
    if (model.has(blk + "ffn_norm")) {
      return norm(x, blk + "ffn_norm", hidden);
    }
    if (!normsAfter && model.has(blk + "attn_output_norm.weight")) {
      return norm(x, blk + "attn_output_norm", hidden);
    }
    if (model.has(blk + "ffn_norm.weight")) {
      return norm(parallel ? before : x, blk + "ffn_norm", hidden);
    }
    return parallel
        ? norm(before, blk + "attn_norm", hidden)
        : norm(x, blk + "post_attention_norm", hidden);
  }

  private double[][] project(String blk, double[] in) {
    int keys = kvHeads * headDim;
    int queries = heads * headDim;
    if (!model.has(blk + "attn_qkv.weight")) {
      return new double[][] {
        recurrent.gatedAttention
            ? recurrent.half(this, linear(blk + "attn_q", in, 2 * queries), 0)
            : linear(blk + "attn_q", in, queries),
        linear(blk + "attn_k", in, keys),
        linear(blk + "attn_v", in, keys)
      };
    }
    double[] all = linear(blk + "attn_qkv", in, queries + 2 * keys);
    return new double[][] {
      Arrays.copyOfRange(all, 0, queries),
      Arrays.copyOfRange(all, queries, queries + keys),
      Arrays.copyOfRange(all, queries + keys, queries + 2 * keys)
    };
  }

  /** Whether a layer sees only the nearest positions. */
  boolean near(int layer) {
    return local(layer) || convolved.contains(layer);
  }

  boolean local(int layer) {
    return rare.windowed != null
        ? rare.windowed.contains(layer)
        : window > 0 && (firstSeesAll ? layer % period > 0 : layer % period < period - 1);
  }

  private double[] turned(double[] x, String norm, int layer, int position) {
    if (rare.gains) {
      return rare.gained(this, turned(x, layer, position), norm);
    }
    if (!model.has(norm + ".weight")) {
      return turned(x, layer, position);
    }
    if (rare.headLayerNorms) {
      return turned(rare.layerNormed(this, x, norm), layer, position);
    }
    int size = ownHeadNorms ? headDim : model.tensor(norm + ".weight").length;
    return turnedFirst
        ? norm(turned(x, layer, position), norm, size)
        : turned(norm(x, norm, size), layer, position);
  }

  private double[] turned(double[] x, int layer, int position) {
    if (ropeDim == 0) {
      return x;
    }
    boolean skipped = untouchedByRope > 0 && (layer + 1) % untouchedByRope == 0;
    if (learnedPositions
        || !rare.turned(layer)
        || skipped
        || (onlyWindowsTurned
            && window > 0
            && !local(layer)
            && (routed == null || routed.is(layer)))) {
      return x;
    }
    double[] turned = x.clone();
    double[] f = local(layer) ? localFrequencies : frequencies;
    double m = local(layer) ? localMagnitude : magnitude;
    for (int head = 0; head < x.length; head += headDim) {
      for (int i = 0; i < f.length; i++) {
        int a = head + (neox ? i : 2 * i);
        int b = head + (neox ? i + f.length : 2 * i + 1);
        double cos = m * Math.cos(position * f[i]);
        double sin = m * Math.sin(position * f[i]);
        turned[a] = x[a] * cos - x[b] * sin;
        turned[b] = x[a] * sin + x[b] * cos;
      }
    }
    return rare.normedWhenTurned ? rare.normed(turned, headDim, epsilon) : turned;
  }

  double[] feedForward(String blk, int layer, double[] in) {
    if (routed != null && routed.is(layer) && !routed.aside) {
      return routed.of(this, blk, in);
    }
    return experts > 0 ? PlainMixture.of(this, blk, in) : feedForward(blk, in);
  }

  double[] feedForward(String blk, double[] in) {
    if (!gated) {
      double[] up = linear(blk + "ffn_up", in, feedForward);
      int layer = Integer.parseInt(blk.split("\\.")[1]);
      double[] y = Arrays.stream(up).map(u -> rare.activated(this, layer, u)).toArray();
      return linear(blk + "ffn_down", y, hidden);
    }
    double[] gate;
    double[] up;
    if (model.has(blk + "ffn_gate.weight")) {
      gate = linear(blk + "ffn_gate", in, feedForward);
      up = linear(blk + "ffn_up", in, feedForward);
    } else {
      double[] both = linear(blk + "ffn_up", in, 2 * feedForward);
      gate = Arrays.copyOfRange(both, 0, feedForward);
      up = Arrays.copyOfRange(both, feedForward, 2 * feedForward);
    }
    double[] product = rare.bounded ? rare.bounded(blk, gate, up) : gate(gate, up);
    return linear(blk + "ffn_down", subNorm(product, blk + "ffn_sub_norm"), hidden);
  }

  private double[] subNorm(double[] x, String name) {
    return model.has(name + ".weight") ? norm(x, name, x.length) : x;
  }

  double[] gate(double[] gate, double[] up) {
    double[] out = new double[up.length];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          routed != null && routed.everywhere
              ? routed.gate.applyAsDouble(gate[i], up[i])
              : activation.applyAsDouble(gate[i]) * up[i];
    }
    return out;
  }

  double[] linear(String name, double[] in, int out) {
    double[] y = times(model.tensor(name + ".weight"), in, out);
    if (model.has(name + ".scale")) {
      double scale = model.tensor(name + ".scale")[0];
      y = Arrays.stream(y).map(value -> value * scale).toArray();
    }
    if (model.has(name + ".bias")) {
      for (int i = 0; i < out; i++) {
        y[i] += model.tensor(name + ".bias")[i];
      }
    }
    return y;
  }

  static double[] times(float[] w, double[] in, int out) {
    double[] y = new double[out];
    for (int r = 0; r < out; r++) {
      for (int i = 0; i < in.length; i++) {
        y[r] += w[r * in.length + i] * in[i];
      }
    }
    return y;
  }

  double[] row(String name, int row, int cols) {
    double[] out = new double[cols];
    for (int i = 0; i < cols; i++) {
      out[i] = model.tensor(name)[row * cols + i];
    }
    return out;
  }

  double[] norm(double[] x, String name, int size) {
    float[] weight = rare.unweighted ? new float[size] : model.tensor(factors(name));
    if (rare.unweighted) {
      Arrays.fill(weight, 1f);
    }
    double[] out = new double[x.length];
    for (int at = 0; at < x.length; at += size) {
      double mean = 0;
      for (int i = 0; i < size && layerNorm; i++) {
        mean += x[at + i] / size;
      }
      double squares = 0;
      for (int i = 0; i < size; i++) {
        squares += (x[at + i] - mean) * (x[at + i] - mean) / size;
      }
      for (int i = 0; i < size; i++) {
        out[at + i] =
            (x[at + i] - mean) / Math.sqrt(squares + epsilon) * weight[(at + i) % weight.length];
        if (model.has(name + ".bias")) {
          out[at + i] += model.tensor(name + ".bias")[i];
        }
      }
    }
    return out;
  }

  private String factors(String name) {
    return model.has(name) ? name : name + ".weight";
  }

  void add(double[] x, double[] delta) {
    for (int i = 0; i < x.length; i++) {
      x[i] += residualScale * delta[i];
    }
  }
}
