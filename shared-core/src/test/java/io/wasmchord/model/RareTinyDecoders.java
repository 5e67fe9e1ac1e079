package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** More of {@link TinyDecoders}: those that need little that others do not have. */
final class RareTinyDecoders {
  private RareTinyDecoders() {}

  static List<Tiny> all() {
    List<Tiny> all = new ArrayList<>();
    all.add(mistral3(true));
    all.add(mistral3(false));
    all.add(olmo(true));
    all.add(olmo(false));
    all.add(apertus());
    all.add(bitnet());
    all.add(baichuan7b());
    all.add(baichuan13b());
    all.add(chatglm());
    all.add(qwen());
    all.add(graniteSwa());
    all.add(mpt());
    all.add(mptLearned());
    all.add(bloom());
    all.add(jais());
    all.add(jais2());
    all.add(refact());
    all.add(codeshell());
    all.add(orion());
    all.add(llamaLike("xverse", false));
    all.add(plamo());
    all.add(plamo3());
    all.add(openelm());
    all.add(llamaLike("nanbeige", false));
    all.add(looped(true));
    all.add(looped(false));
    all.add(hrmText());
    all.add(maincoder());
    all.add(pangu());
    all.add(hunyuanVl());
    all.add(paddleocr());
    return all;
  }

  private static Tiny llamaLike(String architecture, boolean neox) {
    Tiny t = new Tiny(architecture, architecture);
    t.plain.neox = neox;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny looped(boolean normed) {
    Tiny t = new Tiny(normed ? "nanbeige, looped" : "nanbeige, not normed", "nanbeige");
    t.plain.neox = false;
    t.plain.loops.count = normed ? 2 : 3;
    t.plain.loops.normed = normed;
    t.plain.layers = normed ? 4 : 2;
    t.fill().model.put("num_loops", t.plain.loops.count);
    if (!normed) {
      t.model.put("skip_loop_final_norm", true);
    }
    return t.mutate("num_loops", 1).mutate("skip_loop_final_norm", normed);
  }

  private static Tiny hrmText() {
    Tiny t = new Tiny("hrm_text", "hrm_text");
    t.plain.rare.unweighted = true;
    t.plain.layers = 4;
    t.plain.loops.stack = 2;
    t.plain.loops.high = 2;
    t.plain.loops.low = 2;
    t.plain.embeddingScale = 3;
    t.fill()
        .model
        .put("block_count", 12)
        .put("hrm.layers_per_stack", 2)
        .put("hrm.h_cycles", 2)
        .put("hrm.l_cycles", 2)
        .put("hrm.prefix_lm", false)
        .put("embedding_scale", 3.0);
    t.model.random("hrm.z_l_init", 0, 1, t.plain.hidden);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.hidden);
    }
    return t.mutate("cycles", m -> m.put("hrm.h_cycles", 3).put("hrm.l_cycles", 1))
        .mutate("embedding_scale", 2.0)
        .mutate("rope.freq_base", 500.0)
        .mutate(
            "hrm.z_l_init",
            m -> {
              m.tensor("hrm.z_l_init")[1] += 1;
              return m;
            });
  }

  /**
   * YaRN whose two factors of the angles cancel, and a temperature that grows every 8 positions.
   */
  private static Tiny mistral3(boolean extended) {
    Tiny t = new Tiny(extended ? "mistral3" : "mistral3, not extended", "mistral3");
    t.plain.neox = false;
    t.plain.headDim = 12;
    t.plain.ropeDim = 12;
    t.plain.attentionScale = 1 / Math.sqrt(12);
    t.plain.frequencies = PlainDecoder.frequencies(12, 10000);
    if (!extended) {
      return t.fill().mutate("rope.freq_base", 500.0);
    }
    t.plain.rare.temperature = 0.3;
    t.plain.rare.temperatureLength = 8;
    double low = Math.max(0, Math.floor(bound(8, 32)));
    double high = Math.min(11, Math.ceil(bound(8, 1)));
    for (int i = 0; i < 6; i++) {
      double ramp = Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
      t.plain.frequencies[i] *= ramp / 16 + (1 - ramp);
    }
    t.fill()
        .model
        .put("rope.scaling.type", "yarn")
        .put("rope.scaling.factor", 16.0)
        .put("rope.scaling.original_context_length", 8)
        .put("rope.scaling.yarn_beta_fast", 32.0)
        .put("rope.scaling.yarn_beta_slow", 1.0)
        .put("rope.scaling.yarn_log_multiplier", 1.0)
        .put("attention.temperature_scale", 0.3);
    return t.mutate("attention.temperature_scale", 0.1)
        .mutate("rope.scaling.yarn_log_multiplier", 0.5)
        .mutate("rope.scaling.original_context_length", 5);
  }

  private static double bound(int context, double turns) {
    return 12 * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(10000));
  }

  private static Tiny olmo(boolean clamped) {
    Tiny t = new Tiny(clamped ? "olmo" : "olmo, not clamped", "olmo");
    t.plain.neox = false;
    t.plain.layerNorm = true;
    t.plain.rare.unweighted = true;
    t.plain.kvHeads = clamped ? 4 : 2;
    t.plain.rare.clamp = clamped ? 0.7 : 0;
    t.tied = clamped;
    t.fill();
    return clamped
        ? put(t, "attention.clamp_kqv", 0.7).mutate("attention.clamp_kqv", 0.5)
        : t.mutate("attention.clamp_kqv", 0.6).mutate("rope.freq_base", 500.0);
  }

  private static Tiny put(Tiny t, String key, double value) {
    t.model.put(key, value);
    return t;
  }

  private static Tiny apertus() {
    Tiny t = new Tiny("apertus", "apertus");
    t.headNorms = true;
    t.plain.gated = false;
    double[][] numbers = {
      {0.3, 0.8, 0.5, -1e-6}, {-0.4, 1.1, 0.6, -0.1}, {1.2, -0.7, 0.5, -1e-6}, {0, 2, 0.25, -0.3}
    };
    t.plain.rare.xielu = numbers;
    t.fill();
    String[] keys = {"alpha_n", "alpha_p", "beta", "eps"};
    for (int k = 0; k < keys.length; k++) {
      int column = k;
      double[] values = Arrays.stream(numbers).mapToDouble(n -> (float) n[column]).toArray();
      t.model.meta("xielu." + keys[k], new GgufValue.Reals(GgufType.FLOAT32, values));
      double[] others = values.clone();
      others[1] += 0.5;
      GgufValue other = new GgufValue.Reals(GgufType.FLOAT32, others);
      t.mutate(keys[k], m -> m.meta("xielu." + keys[column], other));
    }
    return t;
  }

  /** With the factors of matrices that llama.cpp takes beside ternary ones. */
  private static Tiny bitnet() {
    Tiny t = new Tiny("bitnet", "bitnet");
    t.tied = true;
    t.subNorms = true;
    t.fill();
    for (String tensor :
        List.of("attn_q.scale", "ffn_down.scale", "attn_sub_norm.weight", "ffn_sub_norm.weight")) {
      t.mutate(
          tensor,
          m -> {
            m.tensor("blk.2." + tensor)[0] *= 1.5f;
            return m;
          });
    }
    return t;
  }

  private static Tiny baichuan7b() {
    Tiny t = new Tiny("baichuan 7B", "baichuan");
    t.plain.neox = false;
    t.plain.kvHeads = 4;
    t.plain.layers = 32; // by which llama.cpp knows it
    return t.fill().mutate("rope.freq_base", 100.0);
  }

  private static Tiny baichuan13b() {
    Tiny t = new Tiny("baichuan 13B", "baichuan");
    t.plain.kvHeads = 4;
    t.plain.layers = 40; // by which it is known
    t.plain.rare.alibi = 8;
    return t.fill();
  }

  private static Tiny chatglm() {
    Tiny t = new Tiny("chatglm", "chatglm");
    t.plain.neox = false;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.fused = true;
    t.biases = true;
    return t.fill().mutate("rope.dimension_count", 8).mutate("rope.freq_base", 500.0);
  }

  /** The width in the file is that of gate and up together. */
  private static Tiny qwen() {
    Tiny t = new Tiny("qwen", "qwen");
    t.plain.kvHeads = 4;
    t.fill().model.put("feed_forward_length", 96);
    for (int layer = 0; layer < 4; layer++) {
      String blk = "blk." + layer + ".";
      t.model.matrix(blk + "attn_qkv.weight", 32, 96).random(blk + "attn_qkv.bias", 0, 0.3, 96);
      for (String part : List.of("attn_q", "attn_k", "attn_v")) {
        t.model.removeTensor(blk + part + ".weight");
      }
    }
    return t.mutate("rope.freq_base", 500.0);
  }

  private static Tiny graniteSwa() {
    Tiny t = new Tiny("granite_swa", "granite_swa");
    t.plain.neox = false;
    t.sinks = true;
    t.plain.layers = 6;
    t.plain.window = 5;
    t.plain.rare.windowed = Set.of(1, 2, 3, 5);
    t.plain.rare.unturnedLayers = Set.of(0, 3);
    t.plain.embeddingScale = 12;
    t.plain.residualScale = 0.22;
    t.plain.attentionScale = 0.11;
    t.plain.logitScale = 1 / 0.4;
    t.fill()
        .model
        .put("embedding_scale", 12.0)
        .put("residual_scale", 0.22)
        .put("attention.scale", 0.11)
        .put("logit_scale", 0.4)
        .put("attention.sliding_window", 5)
        .putFlags("attention.sliding_window_pattern", 0, 1, 1, 1, 0, 1)
        .putFlags("attention.rope_pattern", 0, 1, 1, 0, 1, 1);
    return t.mutate("attention.sliding_window", 6)
        .mutate("pattern", m -> m.putFlags("attention.sliding_window_pattern", 0, 1, 1, 1, 1, 1))
        .mutate("rope", m -> m.putFlags("attention.rope_pattern", 1, 1, 1, 0, 1, 1))
        .mutate("sinks", m -> tenfold(m, "blk.4.attn_sinks.weight"));
  }

  private static TinyModel tenfold(TinyModel m, String name) {
    for (int i = 0; i < m.tensor(name).length; i++) {
      m.tensor(name)[i] = 10 * m.tensor(name)[i] + 3;
    }
    return m;
  }

  private static Tiny layerNormed(String name, String architecture) {
    Tiny t = new Tiny(name, architecture);
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::gelu;
    t.biases = true;
    t.fused = true;
    return t;
  }

  /** Six heads, so that not all are below the largest power of two. */
  private static Tiny mpt() {
    Tiny t = layerNormed("mpt", "mpt");
    t.biases = false;
    t.normBiases = false;
    t.tied = true;
    t.plain.hidden = 48;
    t.plain.heads = 6;
    t.plain.kvHeads = 6;
    t.plain.rare.alibi = 4;
    t.plain.rare.clamp = 2;
    t.fill().model.put("attention.max_alibi_bias", 4.0).put("attention.clamp_kqv", 2.0);
    return t.mutate("attention.max_alibi_bias", 8.0).mutate("attention.clamp_kqv", 1.0);
  }

  private static Tiny mptLearned() {
    Tiny t = layerNormed("mpt with learned positions", "mpt");
    t.plain.learnedPositions = true;
    t.tied = true;
    t.fill().model.put("attention.max_alibi_bias", 0.0);
    return t.mutate("attention.max_alibi_bias", 8.0);
  }

  private static Tiny bloom() {
    Tiny t = layerNormed("bloom", "bloom");
    t.inputNorm = true;
    t.plain.kvHeads = 4;
    t.plain.rare.alibi = 8;
    return t.fill().mutate("input norm", m -> tenfold(m, "token_embd_norm.bias"));
  }

  private static Tiny jais() {
    Tiny t = new Tiny("jais", "jais");
    t.plain.layerNorm = true;
    t.biases = true;
    t.gateBiases = true;
    t.plain.kvHeads = 4;
    t.plain.attentionScale = 1 / 8.0;
    t.plain.rare.alibi = 8;
    t.fill().model.put("attention.max_alibi_bias", 8.0);
    fuse(t.model, 96);
    return t.mutate("attention.max_alibi_bias", 4.0);
  }

  /** Puts one matrix for queries, keys and values, with biases, in the place of three. */
  private static void fuse(TinyModel model, int all) {
    for (int layer = 0; layer < 4; layer++) {
      String blk = "blk." + layer + ".";
      model.matrix(blk + "attn_qkv.weight", 32, all).random(blk + "attn_qkv.bias", 0, 0.3, all);
      for (String part : List.of("attn_q", "attn_k", "attn_v")) {
        model.removeTensor(blk + part + ".weight").removeTensor(blk + part + ".bias");
      }
    }
  }

  private static Tiny jais2() {
    Tiny t = layerNormed("jais2", "jais2");
    t.fused = false;
    t.plain.activation = PlainDecoder::reluSquared;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny refact() {
    Tiny t = new Tiny("refact", "refact");
    t.plain.kvHeads = 1;
    t.plain.rare.alibi = 8;
    return t.fill();
  }

  private static Tiny codeshell() {
    Tiny t = layerNormed("codeshell", "codeshell");
    t.fused = false;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny orion() {
    Tiny t = new Tiny("orion", "orion");
    t.plain.layerNorm = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny plamo() {
    Tiny t = new Tiny("plamo", "plamo");
    t.plain.parallel = true;
    t.oneNorm = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny plamo3() {
    Tiny t = new Tiny("plamo3", "plamo3");
    t.headNorms = true;
    t.fused = true;
    t.bareNorms = true;
    t.plain.normsAfter = true;
    t.plain.layers = 9;
    t.plain.window = 5;
    t.plain.period = 8;
    t.plain.frequencies = PlainDecoder.frequencies(8, 500);
    t.plain.localFrequencies = PlainDecoder.frequencies(8, 50);
    t.fill()
        .model
        .put("attention.key_length", 8)
        .put("attention.value_length", 8)
        .put("attention.sliding_window", 5)
        .put("rope.freq_base", 500.0)
        .put("rope.freq_base_swa", 50.0);
    return t.mutate("attention.sliding_window", 6)
        .mutate("attention.sliding_window_pattern", 3)
        .mutate("rope.freq_base_swa", 500.0);
  }

  /** Every layer has heads and a width of its own. */
  private static Tiny openelm() {
    Tiny t = new Tiny("openelm", "openelm");
    int[][] shapes = {{4, 1, 40}, {4, 2, 48}, {8, 4, 56}, {6, 2, 64}};
    t.plain.rare.shapes = shapes;
    t.headNorms = true;
    t.tied = true;
    t.fill()
        .model
        .putAll("attention.head_count", column(shapes, 0))
        .putAll("attention.head_count_kv", column(shapes, 1))
        .putAll("feed_forward_length", column(shapes, 2))
        .put("attention.key_length", 8)
        .put("attention.value_length", 8);
    for (int layer = 0; layer < 4; layer++) {
      String blk = "blk." + layer + ".";
      int all = 8 * (shapes[layer][0] + 2 * shapes[layer][1]);
      t.model.matrix(blk + "attn_qkv.weight", 32, all);
      for (String part : List.of("attn_q", "attn_k", "attn_v")) {
        t.model.removeTensor(blk + part + ".weight");
      }
    }
    return t.mutate("rope.freq_base", 500.0);
  }

  private static long[] column(int[][] shapes, int column) {
    return Arrays.stream(shapes).mapToLong(s -> s[column]).toArray();
  }

  private static Tiny maincoder() {
    Tiny t = new Tiny("maincoder", "maincoder");
    t.plain.neox = false;
    t.headNorms = true;
    t.plain.turnedFirst = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny pangu() {
    Tiny t = new Tiny("pangu-embedded", "pangu-embedded");
    t.biases = true;
    t.outputBiases = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny hunyuanVl() {
    Tiny t = new Tiny("hunyuan_vl", "hunyuan_vl");
    t.headNorms = true;
    t.plain.turnedFirst = true;
    t.model.putAll("rope.dimension_sections", 1, 1, 1, 1);
    t.plain.frequencies = PlainDecoder.frequencies(8, 100 * Math.pow(7, 8 / 6.0));
    t.plain.frequencies[3] = 0; // text has no such position
    t.fill().model.put("rope.freq_base", 100.0).put("rope.scaling.alpha", 7.0);
    return t.mutate("rope.freq_base", 500.0)
        .mutate("rope.scaling.alpha", 3.0)
        .mutate("sections", m -> m.putAll("rope.dimension_sections", 2, 1, 1, 0));
  }

  private static Tiny paddleocr() {
    Tiny t = new Tiny("paddleocr", "paddleocr");
    t.model.putAll("rope.dimension_sections", 2, 1, 1, 0);
    return t.fill().mutate("rope.freq_base", 500.0);
  }
}
