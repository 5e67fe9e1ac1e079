package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.InvalidTokensException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with other numbers of embeddings than of tokens. */
class SpareRowsTest {
  private static final int TOKENS = 40; // of the tiny models' tokenizer

  /** A model whose largest logit by far is that of {@code favourite}. */
  private static HeapWeights file(int rows, int favourite, float logit) {
    Tiny tiny = new Tiny("llama", "llama");
    tiny.plain.neox = false;
    tiny.plain.vocabulary = rows;
    tiny.outputBias = true;
    tiny.fill();
    float[] bias = tiny.model.tensor("output.bias");
    bias[favourite] = logit;
    return tiny.model.source();
  }

  private static Model load(HeapWeights source) {
    return ModelLoader.load(
        TinyModel.header(source),
        source,
        new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
        RunControl.NONE);
  }

  @ParameterizedTest
  @ValueSource(floats = {1000f, Float.NaN, Float.POSITIVE_INFINITY})
  void anIdWithoutATokenIsNeverChosen(float logit) {
    HeapWeights source = file(TOKENS + 8, TOKENS + 3, logit);
    GgufFile header = TinyModel.header(source);
    Tokenizer tokenizer = Tokenizers.of(header.metadata());
    try (Model model = load(source)) {
      assertEquals(TOKENS, model.config().tokens());
      for (SamplerOptions sampling :
          List.of(
              SamplerOptions.greedy(),
              SamplerOptions.defaults(7),
              SamplerOptions.defaults(3)
                  .withTemperature(TemperatureOptions.of(5f))
                  .withCuts(CutOptions.of(0, 1f, 0f))
                  .withPenalties(new PenaltyOptions(1.2f, 0.1f, 0.1f, 64)))) {
        try (Session session = new Session(model, tokenizer, 60, KvType.F32, Clock.system())) {
          GenerationResult result =
              session.generate(
                  new int[] {1, 2, 3},
                  new GenerationOptions(20, List.of(), sampling, true),
                  text -> true,
                  RunControl.NONE);
          assertEquals(20, result.tokens().length);
          assertTrue(Arrays.stream(result.tokens()).allMatch(id -> id < TOKENS));
          assertEquals(result.text(), tokenizer.decode(result.tokens(), false));
        }
      }
      int[] greedy = GreedyLogits.compute(model, new int[] {1, 2, 3}, 12, (position, rows) -> {});
      assertTrue(Arrays.stream(greedy).allMatch(id -> id < TOKENS), Arrays.toString(greedy));
    }
  }

  @Test
  void fewerRowsThanTokensAreRefusedFromTheHeader() {
    HeapWeights source = file(TOKENS - 2, 3, 0f);
    String message =
        assertThrows(
                InvalidModelException.class, () -> ModelLoader.inspect(TinyModel.header(source)))
            .getMessage();
    assertTrue(message.contains("tokenizer.ggml.tokens has 40 tokens"), message);
    assertTrue(message.contains("token_embd.weight only 38 rows"), message);
  }

  @Test
  void whatIsNoTokenIsATypedError() {
    Tokenizer tokenizer = Tokenizers.of(TinyModel.header(file(TOKENS, 1, 0f)).metadata());
    for (int id : new int[] {-1, TOKENS, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThrows(InvalidTokensException.class, () -> tokenizer.piece(id));
      assertThrows(InvalidTokensException.class, () -> tokenizer.bytes(id, true));
      assertThrows(InvalidTokensException.class, () -> tokenizer.decode(new int[] {1, id}, true));
      assertEquals(false, tokenizer.isEndOfGeneration(id));
    }
  }
}
