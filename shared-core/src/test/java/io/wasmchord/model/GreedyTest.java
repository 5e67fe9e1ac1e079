package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.WrappedBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.Logits;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Greedy answers: the largest logit's place comes back, and not the logits. */
class GreedyTest {
  private static final int TOKENS = 12;
  private static final int[] PROMPT = {1, 9, 4, 4, 17, 30, 2, 8, 25};

  /** Counts what comes back. */
  private static final class Counted extends WrappedBackend {
    long readBack;

    Counted() {
      super(new ScalarBackend(new HeapAllocator(), Parallel.SINGLE));
    }

    @Override
    public Completion submit(Commands commands) {
      for (Command command : commands.list()) {
        if (command instanceof Command.ReadBack c) {
          readBack += (long) c.src().rows() * c.src().cols();
        }
      }
      return super.submit(commands);
    }
  }

  static List<Tiny> decoders() {
    return TinyDecoders.all();
  }

  private static Model load(HeapWeights source, Counted backend) {
    return ModelLoader.load(TinyModel.header(source), source, backend, 4, RunControl.NONE);
  }

  private static int[] generate(Model model, HeapWeights source, SamplerOptions sampling) {
    Tokenizer tokenizer = Tokenizers.of(TinyModel.header(source).metadata());
    try (Session session = new Session(model, tokenizer, 32, KvType.F32, Clock.system())) {
      GenerationOptions options = new GenerationOptions(TOKENS, List.of(), sampling, true);
      return session.generate(PROMPT, options, text -> true, RunControl.NONE).tokens();
    }
  }

  /** By all logits. */
  private static int[] expected(Model model, int tokens) {
    int[] all = Arrays.copyOf(PROMPT, PROMPT.length + TOKENS);
    KvCache cache = model.newCache(32, KvType.F32);
    float[] logits = new float[0];
    for (int at = 0; at < all.length; at++) {
      if (at >= PROMPT.length) {
        all[at] = Logits.argmax(Arrays.copyOf(logits, tokens));
      }
      logits = model.forward(new int[] {all[at]}, at, cache, Model.Wanted.LAST);
    }
    model.release(cache);
    return Arrays.copyOfRange(all, PROMPT.length, all.length);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void theSameTokensAndNoLogits(Tiny tiny) {
    HeapWeights source = tiny.model.source();
    Counted backend = new Counted();
    try (Model model = load(source, backend)) {
      int[] expected = expected(model, model.config().tokens());
      backend.readBack = 0;
      assertArrayEquals(expected, generate(model, source, SamplerOptions.greedy()));
      assertEquals(2L * TOKENS, backend.readBack); // a place and a value for each token
      SamplerOptions penalized =
          SamplerOptions.defaults(0)
              .withTemperature(TemperatureOptions.of(0f))
              .withCuts(CutOptions.of(0, 1f, 0f))
              .withPenalties(new PenaltyOptions(1f, 0f, 1e-9f, 64));
      assertArrayEquals(expected, generate(model, source, penalized)); // by the logits
    }
  }

  @Test
  void brokenLogitsAreTheSameErrorAsBefore() {
    Tiny llama = TinyDecoders.named("llama");
    int hidden = llama.plain.hidden;
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      TinyModel broken = llama.model.copy().random("output_norm.weight", value, 0, hidden);
      HeapWeights source = broken.source();
      try (Model model = load(source, new Counted())) {
        SamplerOptions sampled = SamplerOptions.defaults(1);
        String message =
            assertThrows(GenerationException.class, () -> generate(model, source, sampled))
                .getMessage();
        assertEquals(
            message,
            assertThrows(
                    GenerationException.class,
                    () -> generate(model, source, SamplerOptions.greedy()))
                .getMessage());
      }
    }
  }

  @Test
  void largestOfPlainLogits() {
    Model.Best best = Model.Best.of(new float[] {1f, 3f, -0f, 3f, 9f}, 4);
    assertEquals(1, best.id());
    assertEquals(0, best.logits().length);
    float[] broken = {1f, Float.POSITIVE_INFINITY, Float.NaN, Float.NaN};
    assertEquals(2, Model.Best.of(broken, 4).id());
    assertArrayEquals(broken, Model.Best.of(broken, 4).logits());
    float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertEquals(0, Model.Best.of(none, 2).id());
    assertArrayEquals(none, Model.Best.of(none, 2).logits());
  }
}
