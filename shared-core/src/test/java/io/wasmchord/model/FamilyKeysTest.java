package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.transformer.ModelLoader;
import org.junit.jupiter.api.Test;

/** Keys of single families: what they mean at their edges, and what is wrong of them. */
class FamilyKeysTest {
  private static TinyModel tiny(String name) {
    return TinyDecoders.named(name).model.copy();
  }

  private static ModelConfig config(TinyModel model) {
    return ModelLoader.inspect(TinyModel.header(model.source()));
  }

  private static void refused(String part, TinyModel model) {
    String message = assertThrows(InvalidModelException.class, () -> config(model)).getMessage();
    assertTrue(message.contains(part), message);
  }

  /** What an index leaves out cannot be seen before there is more than it chooses. */
  @Test
  void noContextIsLongerThanWhatAnIndexChooses() {
    for (String name : new String[] {"glm-dsa", "deepseek32"}) {
      assertEquals(17, config(tiny(name).put("attention.indexer.top_k", 17)).contextLength());
      assertEquals(
          Tiny.CONTEXT, config(tiny(name).put("attention.indexer.top_k", 2048)).contextLength());
      refused("top_k", tiny(name).put("attention.indexer.top_k", 0));
    }
    assertEquals(
        3 * 16, config(tiny("minimax-m3").put("attention.indexer.top_k", 3)).contextLength());
    TinyModel large = tiny("minimax-m3").put("attention.indexer.top_k", 1 << 20);
    assertEquals(
        Tiny.CONTEXT, config(large.put("attention.indexer.block_size", 1 << 20)).contextLength());
  }

  @Test
  void boundsOfActivationsAreOfEveryLayer() {
    refused("swiglu_clamp_exp", tiny("step35").putReals("swiglu_clamp_exp", 1, 1, 1));
    refused("swiglu_clamp_exp", tiny("step35").putReals("swiglu_clamp_exp", 1, -1, 1, 1));
    refused("swiglu_clamp_shexp", tiny("step35").putReals("swiglu_clamp_shexp", 1, 1, 1, 1.0 / 0));
    assertEquals(
        0.5f, config(tiny("step35").put("swiglu_clamp_exp", 0.5)).rare().limits().ofExperts(2));
    TinyModel none = tiny("step35").remove("swiglu_clamp_exp").remove("swiglu_clamp_shexp");
    assertEquals(0f, config(none).rare().limits().ofExperts(2));
    assertEquals(0f, config(none).rare().limits().ofDense(2));
  }

  @Test
  void aGateIsOfAllHeadsOrOfAllValues() {
    assertTrue(config(tiny("laguna")).rare().gate().byHead());
    assertFalse(config(tiny("laguna without windows")).rare().gate().byHead());
    refused("attn_gate", tiny("laguna").matrix("blk.3.attn_gate.weight", 32, 64));
    refused("attn_gate", tiny("laguna").without("blk.0.attn_gate"));
    assertFalse(config(tiny("step35 without gates and norms of heads")).rare().gate().exists());
  }

  @Test
  void headsOfKeysDivideRwkvs() {
    for (int heads : new int[] {3, 5, 8, 1 << 30}) {
      refused(
          "head_count_kv",
          tiny("rwkv6qwen2 with fewer keys").put("attention.head_count_kv", heads));
    }
  }

  @Test
  void decaysOfKimisDeltaAttentionFall() {
    refused("gate_lower_bound", tiny("bailingmoe3").put("kda.gate_lower_bound", 0.5));
    refused("kda.head_dim", tiny("kimi-linear").put("kda.head_dim", 1 << 20));
  }

  @Test
  void aLayerOfDeciMayBeNothing() {
    ModelConfig config = config(tiny("deci"));
    assertEquals(0, config.shape(3).feedForward());
    assertFalse(config.shape(3).attends() || config.shape(2).attends());
    refused("blk.2.attn_norm", tiny("deci").without("blk.2.attn_norm"));
  }
}
