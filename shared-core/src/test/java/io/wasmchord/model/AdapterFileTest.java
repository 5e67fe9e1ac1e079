package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidAdapterException;
import io.wasmchord.errors.UnsupportedAdapterException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What adapters are refused for; a file is untrusted. */
class AdapterFileTest {
  private static final String Q = "blk.0.attn_q.weight";
  private static final HeapWeights SOURCE = TinyFiles.file("llama");
  private static final GgufFile MODEL = TinyModel.header(SOURCE);

  private static TinyAdapters adapter() {
    return TinyAdapters.of(MODEL, 7).alpha(4).pair(MODEL.tensor(Q), 4);
  }

  private static void load(HeapWeights file) {
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    try (Model model = ModelLoader.load(MODEL, SOURCE, backend, 4, RunControl.NONE)) {
      model.adapters().load(TinyModel.header(file), file, "adapter", 1L << 30);
    }
  }

  private static void invalid(String says, TinyAdapters adapter) {
    HeapWeights file = adapter.source("adapter.gguf");
    String message = assertThrows(InvalidAdapterException.class, () -> load(file)).getMessage();
    assertTrue(message.startsWith("adapter.gguf: ") && message.contains(says), message);
  }

  private static void unsupported(String says, TinyAdapters adapter) {
    HeapWeights file = adapter.source("adapter.gguf");
    String message = assertThrows(UnsupportedAdapterException.class, () -> load(file)).getMessage();
    assertTrue(message.startsWith("adapter.gguf: ") && message.contains(says), message);
  }

  @Test
  void saysWhatDoesNotFit() {
    load(adapter().source("adapter.gguf"));
    invalid("qwen2", adapter().put("general.architecture", "qwen2"));
    invalid("no tensors", TinyAdapters.of(MODEL, 1));
    invalid(Q + ".lora_b is missing", adapter().remove(Q + ".lora_b"));
    invalid(Q + ".lora_a is missing", adapter().remove(Q + ".lora_a"));
    invalid(
        "no tensor blk.99",
        adapter().matrix("blk.99.x.lora_a", 1, 4, 4).matrix("blk.99.x.lora_b", 1, 4, 4));
    long in = MODEL.tensor(Q).cols();
    long out = MODEL.tensor(Q).rows();
    invalid("do not fit " + Q, adapter().matrix(Q + ".lora_a", 1, in + 1, 4));
    invalid("do not fit " + Q, adapter().matrix(Q + ".lora_b", 1, 4, out + 1));
    invalid("rank of " + Q, adapter().matrix(Q + ".lora_a", 1, in, 5));
    invalid(
        "1 to 4096",
        adapter().matrix(Q + ".lora_a", 1, in, 5000).matrix(Q + ".lora_b", 1, 5000, out));
    for (float alpha : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      invalid("adapter.lora.alpha is " + alpha, adapter().alpha(alpha));
    }
  }

  @Test
  void saysWhatIsNotApplied() {
    unsupported("adapter.type is 'dora'", adapter().put("adapter.type", "dora"));
    unsupported(
        "aLoRA",
        adapter()
            .put(
                "adapter.alora.invocation_tokens",
                new GgufValue.Ints(GgufType.UINT32, new long[] {1, 2})));
    unsupported("blk.0.attn_norm.weight", adapter().matrix("blk.0.attn_norm.weight", 1, 16));
    unsupported(
        "blk.0.ffn_up_exps.weight.lora_a",
        adapter()
            .matrix("blk.0.ffn_up_exps.weight.lora_a", 1, 4, 4)
            .matrix("blk.0.ffn_up_exps.weight.lora_b", 1, 4, 4));
    unsupported("several matrices", adapter().matrix(Q + ".lora_a", 1, 4, 4, 2));
    unsupported(
        "one expert's tensor",
        adapter()
            .matrix("blk.0.ffn_up.1.weight.lora_a", 1, 4, 4)
            .matrix("blk.0.ffn_up.1.weight.lora_b", 1, 4, 4));
    unsupported("several matrices", adapter().matrix(Q + ".lora_a", 1, 4, 4, 2, 2));
  }

  @Test
  void aModelIsNoAdapter() {
    String message = assertThrows(InvalidAdapterException.class, () -> load(SOURCE)).getMessage();
    assertTrue(message.contains("is no adapter"), message);
  }

  @Test
  void anAdapterIsNoModel() {
    GgufFile adapter = TinyModel.header(adapter().source("adapter.gguf"));
    String message =
        assertThrows(UnsupportedModelException.class, () -> ModelLoader.inspect(adapter))
            .getMessage();
    assertTrue(message.contains("LoRA adapter") && message.contains("--lora"), message);
    assertTrue(AdapterFile.is(adapter));
    assertEquals(4, AdapterFile.of(adapter).rank());
  }

  /** Mutants load, or are refused with a typed error. */
  @Test
  void mutantsAreRefusedInWords() {
    byte[] file = adapter().pair(MODEL.tensor("token_embd.weight"), 2).source("a").toArray();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 120; i++) {
      byte[] mutant = file.clone();
      for (int n = 0; n <= i % 3; n++) {
        mutant[random.nextInt(Math.min(900, mutant.length))] = (byte) random.nextInt();
      }
      try {
        load(new HeapWeights("mutant.gguf", HeapMemory.wrap(mutant)));
      } catch (ChordException e) {
        refused++;
      }
    }
    assertTrue(refused > 40, "refused " + refused);
  }
}
