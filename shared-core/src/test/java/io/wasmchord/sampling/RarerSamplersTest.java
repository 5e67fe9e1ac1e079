package io.wasmchord.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers that learn, or that draw, and what texts mean in their options. */
class RarerSamplersTest {
  private static final int TOKENS = 52;
  private static final int DRAWS = 4000;
  private static final SamplerTexts TEXTS = new SamplerTexts(new LetterVocabulary());

  private static SamplerChain chain(SamplerOptions options) {
    return SamplerChain.of(options, Constraint.NONE, TEXTS);
  }

  /** Everything may come: no cuts, temperature 1. */
  private static SamplerOptions plain() {
    return SamplerOptions.defaults(5)
        .withTemperature(TemperatureOptions.of(1f))
        .withCuts(CutOptions.of(0, 1f, 0f));
  }

  private static float[] zipf() {
    float[] logits = new float[TOKENS];
    for (int id = 0; id < TOKENS; id++) {
      logits[id] = (float) -Math.log(1 + id);
    }
    return logits;
  }

  private static double surprise(float[] logits, int token) {
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    return -Math.log(Math.exp(logits[token]) / total) / Math.log(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void mirostatKeepsTheSurpriseNearItsTarget(int version) {
    float low = meanSurprise(new MirostatOptions(version, 1.5f, 0.1f));
    float high = meanSurprise(new MirostatOptions(version, 3f, 0.1f));
    assertTrue(low < high, low + " below " + high);
    assertTrue(Math.abs(high - 3) < 1, "about 3: " + high);
  }

  private static float meanSurprise(MirostatOptions options) {
    SamplerChain sampler = chain(plain().withMirostat(options));
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += surprise(zipf(), sampler.sample(zipf(), new int[0], 0));
    }
    return (float) (sum / DRAWS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void mirostatAlwaysFindsAToken(int version) {
    SamplerChain sampler = chain(plain().withMirostat(new MirostatOptions(version, 0f, 1f)));
    for (int i = 0; i < 50; i++) {
      assertEquals(0, sampler.sample(zipf(), new int[0], 0) > 51 ? 1 : 0);
      float[] one = new float[TOKENS];
      Arrays.fill(one, Float.NEGATIVE_INFINITY);
      one[7] = 1f;
      assertEquals(7, sampler.sample(one, new int[0], 0));
      assertTrue(sampler.sample(new float[TOKENS], new int[0], 0) < TOKENS, "all equal");
    }
  }

  @Test
  void adaptiveDrawsNearItsTarget() {
    float[] logits = {(float) Math.log(0.6), (float) Math.log(0.3), (float) Math.log(0.1)};
    Adaptive adaptive = new Adaptive(new AdaptiveOptions(0.3f, 0f), 1);
    double[] near = adaptive.near(new double[] {0.6, 0.3, 0.1}, 1);
    assertEquals(Math.exp(5), near[1], 1e-4);
    assertEquals(Math.exp(5 - 10 * 1.0 / 2), near[0], 1e-4, "a width away");
    int[] counts = new int[3];
    SamplerChain sampler = chain(plain().withAdaptive(new AdaptiveOptions(0.3f, 0.9f)));
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(logits.clone(), new int[0], 0)]++;
    }
    assertTrue(counts[1] > counts[0] && counts[1] > counts[2], Arrays.toString(counts));
  }

  @Test
  void topChoicesAreExcludedAsOftenAsAsked() {
    float[] logits = {(float) Math.log(0.4), (float) Math.log(0.35), (float) Math.log(0.25)};
    SamplerChain sampler = chain(plain().withXtc(new XtcOptions(0.5f, 0.3f)));
    int first = 0;
    for (int i = 0; i < DRAWS; i++) {
      first += sampler.sample(logits.clone(), new int[0], 0) == 0 ? 1 : 0;
    }
    assertEquals(0.2, first / (double) DRAWS, 0.03); // in half of the draws it is left out
    SamplerOptions always =
        plain().withXtc(new XtcOptions(1f, 0.3f)).withTemperature(TemperatureOptions.of(0f));
    assertEquals(1, chain(always).sample(logits.clone(), new int[0], 0), "even at temperature 0");
    assertFalse(always.largestOnly());
  }

  @Test
  void biasesAddUpAndForbid() {
    SamplerOptions greedy = SamplerOptions.greedy();
    SamplerOptions more =
        greedy.withBias(List.of(new LogitBias.OfToken(3, 2f), new LogitBias.OfText("cd", 1.5f)));
    float[] logits = new float[TOKENS];
    logits[0] = 3f;
    assertEquals(3, chain(more).sample(logits.clone(), new int[0], 0));
    float no = Float.NEGATIVE_INFINITY;
    SamplerOptions none = greedy.withBias(List.of(new LogitBias.OfToken(0, no)));
    assertEquals(1, chain(none).sample(logits.clone(), new int[0], 0));
    float[] alone = new float[TOKENS];
    Arrays.fill(alone, no);
    alone[0] = 1f;
    assertThrows(GenerationException.class, () -> chain(none).sample(alone, new int[0], 0));
    SamplerOptions beyond = greedy.withBias(List.of(new LogitBias.OfToken(TOKENS, 1f)));
    assertThrows(InvalidRequestException.class, () -> chain(beyond));
  }

  @Test
  void breakersAreFoundInTheVocabulary() {
    Breakers breakers = TEXTS.breakers(List.of("aab"));
    assertEquals(List.of(), missing(breakers, "aa", new int[] {1}));
    assertArrayEquals(new int[] {0, 1}, breakers.byFirst().get(0).getFirst(), "a, then ab");
    assertFalse(breakers.isOne(0));
    assertTrue(TEXTS.breakers(List.of("b")).isOne(27), "bb holds b");
    assertEquals(2, TEXTS.breakers(List.of("b")).since(new int[] {0, 1, 2, 3}, 0, 4));
    assertEquals(1, breakers.since(new int[] {3, 0, 0, 1, 5}, 0, 5), "behind a, a, b");
    assertEquals(5, breakers.since(new int[] {3, 0, 0, 2, 5}, 0, 5));
    assertEquals(3, TEXTS.breakers(List.of("b")).since(new int[] {1, 1, 1, 2, 2, 2}, 0, 6));
    assertEquals(2, TEXTS.breakers(List.of("b")).since(new int[] {1, 1, 1, 2, 2, 2}, 4, 6));
  }

  private static List<Integer> missing(Breakers breakers, String token, int[] rest) {
    int id = token.charAt(0) - 'a' + 26;
    boolean there = breakers.byFirst().get(id).stream().anyMatch(r -> Arrays.equals(r, rest));
    return there ? List.of() : List.of(id);
  }

  @Test
  void repetitionsDoNotGoAcrossBreakers() {
    int[] history = {1, 2, 3, 4, 1, 2, 3};
    float[] logits = new float[TOKENS];
    logits[4] = 1f;
    SamplerOptions dry = SamplerOptions.greedy().withDry(dry(List.of()));
    assertEquals(0, chain(dry).sample(logits.clone(), history, history.length));
    SamplerOptions broken = dry.withDry(dry(List.of("c")));
    assertEquals(4, chain(broken).sample(logits.clone(), history, history.length), "d alone");
    SamplerOptions itself = dry.withDry(dry(List.of("e")));
    assertEquals(4, chain(itself).sample(logits.clone(), history, history.length));
  }

  private static DryOptions dry(List<String> breakers) {
    return new DryOptions(1f, 2f, 2, 64, breakers);
  }

  /** Every number is refused by name that no sampler can work with. */
  @Test
  void numbersAreChecked() {
    Map<String, Runnable> wrong =
        Map.ofEntries(
            Map.entry("typical_p", () -> new CutOptions(0, 1f, 0f, 1.5f, 0f)),
            Map.entry("top_n_sigma", () -> new CutOptions(0, 1f, 0f, 1f, Float.NaN)),
            Map.entry("dynatemp_range", () -> new TemperatureOptions(1f, -1f, 1f)),
            Map.entry("xtc_threshold", () -> new XtcOptions(1f, -0.1f)),
            Map.entry("dry_base", () -> new DryOptions(1f, 0.5f, 2, 64, List.of())),
            Map.entry("dry_allowed_length", () -> new DryOptions(1f, 2f, -1, 64, List.of())),
            Map.entry("dry_sequence_breakers", () -> dry(List.of(""))),
            Map.entry("mirostat", () -> new MirostatOptions(3, 5f, 0.1f)),
            Map.entry("mirostat_tau", () -> new MirostatOptions(1, Float.NaN, 0.1f)),
            Map.entry("adaptive_decay", () -> new AdaptiveOptions(0.5f, 1f)),
            Map.entry("logit_bias", () -> new LogitBias.OfToken(1, Float.POSITIVE_INFINITY)),
            Map.entry("'samplers'", () -> SamplerName.of("infill")),
            Map.entry(
                "samplers",
                () -> plain().withSamplers(List.of(SamplerName.TOP_K, SamplerName.TOP_K))));
    wrong.forEach((name, make) -> {
      String said = assertThrows(InvalidRequestException.class, make::run).getMessage();
      assertTrue(said.contains(name), said);
    });
  }

  @Test
  void samplersThatAreNotNamedDoNotWork() {
    float[] logits = {0f, 1f, 2f, 3f};
    SamplerOptions one = plain().withCuts(CutOptions.of(1, 1f, 0f));
    assertEquals(3, chain(one).sample(logits.clone(), new int[0], 0));
    SamplerChain all = chain(one.withSamplers(List.of(SamplerName.TEMPERATURE)));
    boolean another = false;
    for (int i = 0; i < 100; i++) {
      another |= all.sample(logits.clone(), new int[0], 0) != 3;
    }
    assertTrue(another);
    SamplerOptions hot = SamplerOptions.greedy().withSamplers(List.of());
    assertFalse(hot.largestOnly(), "temperature does not work either");
  }
}
