package io.wasmchord.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntBinaryOperator;

/** More of {@link TinyDecoders}: architectures that people met later, or that few still use. */
final class OtherTinyDecoders {
  /** The layers by which llama.cpp knows the large models that have windows, or norms of heads. */
  private static final int MANY = 64;

  private OtherTinyDecoders() {}

  static List<Tiny> all() {
    List<Tiny> all = new ArrayList<>();
    all.add(TinyMixtures.oldMixtral());
    all.add(qwen2vl());
    all.add(qwen3vl());
    all.add(commandR());
    all.add(commandRPlus());
    all.add(cohere2());
    all.add(stablelm12b());
    all.add(arcee());
    all.add(nemotron());
    all.add(phi2());
    all.add(falcon());
    all.add(gptneox(true));
    all.add(gptneox(false));
    all.add(starcoder());
    all.add(llamaLike("exaone", true));
    all.add(exaone4(true));
    all.add(exaone4(false));
    all.add(glm4());
    all.add(TinyMixtures.graniteMoe(true));
    all.add(TinyMixtures.graniteMoe(false));
    all.add(TinyMixtures.olmoe());
    all.add(llamaLike("internlm2", false));
    all.add(minicpm(true));
    all.add(minicpm(false));
    all.add(hunyuan());
    all.add(seedOss());
    all.add(llamaLike("ernie4_5", false));
    all.add(lfm2());
    all.add(lfm2AttentionFirst());
    return all;
  }

  private static Tiny llamaLike(String architecture, boolean neox) {
    Tiny t = new Tiny(architecture, architecture);
    t.plain.neox = neox;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  /** With the epsilon of real files: llama.cpp does not read it and takes 0. */
  private static Tiny qwen2vl() {
    Tiny t = new Tiny("qwen2vl", "qwen2vl");
    t.model.putAll("rope.dimension_sections", 1, 1, 2, 0);
    t.biases = true;
    t.plain.epsilon = 1e-6;
    return t.fill().mutate("attention.layer_norm_rms_epsilon", 0.02).mutate("rope.freq_base", 1e6);
  }

  private static Tiny qwen3vl() {
    Tiny t = new Tiny("qwen3vl", "qwen3vl");
    t.model.putAll("rope.dimension_sections", 2, 1, 1, 0);
    t.headNorms = true;
    return t.fill();
  }

  private static Tiny parallel(String architecture, String name) {
    Tiny t = new Tiny(name, architecture);
    t.plain.layerNorm = true;
    t.plain.parallel = true;
    t.oneNorm = true;
    return t;
  }

  private static Tiny cohere(String architecture, String name) {
    Tiny t = parallel(architecture, name);
    t.plain.neox = false;
    t.plain.logitScale = 0.25;
    t.normBiases = false;
    t.tied = true;
    return t;
  }

  private static Tiny commandR() {
    Tiny t = cohere("command-r", "command-r");
    t.fill().model.put("logit_scale", 0.25);
    return t.mutate("logit_scale", 0.5).mutate("rope.freq_base", 500.0);
  }

  private static Tiny commandRPlus() {
    Tiny t = cohere("command-r", "command-r with norms of heads");
    t.plain.ownHeadNorms = true;
    t.plain.layers = MANY;
    t.fill().model.put("logit_scale", 0.25);
    return t;
  }

  private static Tiny stablelm12b() {
    Tiny t = parallel("stablelm", "stablelm 12B");
    t.plain.ropeDim = 2;
    t.plain.frequencies = PlainDecoder.frequencies(2, 10000);
    t.plain.ownHeadNorms = true;
    return t.fill().mutate("rope.dimension_count", 4);
  }

  private static Tiny arcee() {
    Tiny t = new Tiny("arcee", "arcee");
    t.plain.neox = false;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::reluSquared;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny nemotron() {
    Tiny t = new Tiny("nemotron", "nemotron");
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.plain.activation = PlainDecoder::reluSquared;
    return t.fill().mutate("rope.dimension_count", 8);
  }

  private static Tiny cohere2() {
    Tiny t = cohere("cohere2", "cohere2");
    t.plain.layers = 5;
    t.plain.window = 5;
    t.plain.period = 4;
    t.plain.onlyWindowsTurned = true;
    t.plain.frequencies = PlainDecoder.frequencies(8, 500);
    t.plain.localFrequencies = t.plain.frequencies;
    t.fill()
        .model
        .put("logit_scale", 0.25)
        .put("attention.sliding_window", 5)
        .put("rope.freq_base", 500.0);
    return t.mutate("logit_scale", 0.5)
        .mutate("attention.sliding_window", 6)
        .mutate("attention.sliding_window_pattern", 3)
        .mutate("rope.freq_base", 50.0);
  }

  private static Tiny phi2() {
    Tiny t = parallel("phi2", "phi2");
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::gelu;
    t.plain.kvHeads = 4;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.biases = true;
    t.outputBias = true;
    return t.fill().mutate("rope.dimension_count", 6);
  }

  private static Tiny falcon() {
    Tiny t = parallel("falcon", "falcon");
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::geluErf;
    t.plain.kvHeads = 1;
    t.fused = true;
    t.tied = true;
    return t.fill();
  }

  private static Tiny gptneox(boolean parallel) {
    Tiny t = new Tiny(parallel ? "gptneox" : "gptneox, one after the other", "gptneox");
    t.plain.layerNorm = true;
    t.plain.parallel = parallel;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::geluErf;
    t.plain.kvHeads = 4;
    t.plain.ropeDim = 2;
    t.plain.frequencies = PlainDecoder.frequencies(2, 10000);
    t.biases = true;
    t.fused = true;
    t.fill().model.put("use_parallel_residual", parallel);
    return t.mutate("use_parallel_residual", !parallel).mutate("rope.dimension_count", 4);
  }

  private static Tiny starcoder() {
    Tiny t = new Tiny("starcoder", "starcoder");
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.learnedPositions = true;
    t.plain.kvHeads = 1;
    t.plain.activation = PlainDecoder::gelu;
    t.biases = true;
    t.fused = true;
    return t.fill();
  }

  private static Tiny exaone4(boolean windows) {
    Tiny t = new Tiny(windows ? "exaone4 with windows" : "exaone4", "exaone4");
    t.headNorms = true;
    t.plain.normsBefore = false;
    t.plain.normsAfter = true;
    double[] factors = {1, 2, 4, 8};
    for (int i = 0; i < 4; i++) {
      t.plain.frequencies[i] /= factors[i];
    }
    t.plain.localFrequencies = t.plain.frequencies;
    t.plain.layers = windows ? MANY : 5;
    t.plain.onlyWindowsTurned = true;
    t.plain.window = windows ? 6 : 0;
    t.plain.period = 4;
    t.fill().model.random("rope_freqs.weight", 0, 0, 4);
    for (int i = 0; i < 4; i++) {
      t.model.tensor("rope_freqs.weight")[i] = (float) factors[i];
    }
    if (windows) {
      t.model.put("attention.sliding_window", 6);
    }
    return t.mutate("attention.sliding_window", 7).mutate("rope.freq_base", 50.0);
  }

  private static Tiny glm4() {
    Tiny t = new Tiny("glm4", "glm4");
    t.plain.neox = false;
    t.plain.normsAfter = true;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.biases = true;
    t.fusedUp = true;
    return t.fill().mutate("rope.dimension_count", 8);
  }

  private static Tiny minicpm(boolean said) {
    Tiny t = new Tiny(said ? "minicpm" : "minicpm, factors not in the file", "minicpm");
    t.plain.neox = false;
    t.tied = true;
    t.plain.embeddingScale = said ? 6 : 12;
    t.plain.residualScale = said ? 0.3 : 1.4 / 2;
    t.plain.logitScale = said ? 1 / 3.0 : 256 / 32.0;
    t.fill();
    if (said) {
      t.model.put("embedding_scale", 6.0).put("residual_scale", 0.3).put("logit_scale", 3.0);
    }
    return t.mutate("embedding_scale", 1.0)
        .mutate("residual_scale", 1.0)
        .mutate("logit_scale", 1.0);
  }

  private static Tiny hunyuan() {
    Tiny t = new Tiny("hunyuan-dense", "hunyuan-dense");
    t.headNorms = true;
    t.plain.turnedFirst = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny convolved(String name, int layers, Set<Integer> convolved) {
    Tiny t = new Tiny(name, "lfm2");
    t.headNorms = true;
    t.tied = true;
    t.plain.layers = layers;
    t.plain.convolved = convolved;
    t.plain.lastNorm = "token_embd_norm";
    return t;
  }

  private static Tiny lfm2() {
    Tiny t = convolved("lfm2", 6, Set.of(0, 1, 3, 4));
    return t.fill()
        .mutate("rope.freq_base", 500.0)
        .mutate("fewer positions", m -> lastTaps(m.put("shortconv.l_cache", 2), 2))
        .mutate("older positions first", OtherTinyDecoders::backwards);
  }

  /** With a longer convolution, and an output of its own. */
  private static Tiny lfm2AttentionFirst() {
    Tiny t = convolved("lfm2 with attention first", 5, Set.of(1, 2, 4));
    t.tied = false;
    t.plain.kvHeads = 1;
    t.plain.taps = 5;
    t.fill().model.put("rope.freq_base", 500.0);
    t.plain.frequencies = PlainDecoder.frequencies(8, 500);
    return t.mutate("rope.freq_base", 600.0);
  }

  /** Only the last positions of each convolution. */
  private static TinyModel lastTaps(TinyModel model, int taps) {
    return reweighted(model, taps, (from, k) -> from - taps + k);
  }

  private static TinyModel backwards(TinyModel model) {
    return reweighted(model, 3, (from, k) -> from - 1 - k);
  }

  /** Other weights of the convolutions, of those that there are: how many, and which is taken. */
  private static TinyModel reweighted(TinyModel model, int taps, IntBinaryOperator taken) {
    for (String name : model.names()) {
      if (name.endsWith("shortconv.conv.weight")) {
        float[] old = model.tensor(name);
        int from = (int) (long) model.shape(name).getFirst();
        int columns = old.length / from;
        float[] weight = model.random(name, 0, 0, taps, columns).tensor(name);
        for (int i = 0; i < weight.length; i++) {
          weight[i] = old[i / taps * from + taken.applyAsInt(from, i % taps)];
        }
      }
    }
    return model;
  }

  private static Tiny seedOss() {
    Tiny t = new Tiny("seed_oss", "seed_oss");
    t.biases = true;
    t.feedForwardNorm = "post_attention_norm";
    t.plain.headDim = 12;
    t.plain.ropeDim = 12;
    t.plain.attentionScale = 1 / Math.sqrt(12);
    t.plain.frequencies = PlainDecoder.frequencies(12, 10000);
    return t.fill().mutate("rope.freq_base", 500.0);
  }
}
