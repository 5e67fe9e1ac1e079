package io.wasmchord.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final SamplerTexts TEXTS = new SamplerTexts(new LetterVocabulary());

  private static SamplerChain chain(SamplerOptions options) {
    return SamplerChain.of(options, Constraint.NONE, TEXTS);
  }

  private static SamplerOptions options(float temperature, int topK, float topP, float minP) {
    return SamplerOptions.defaults(42)
        .withTemperature(TemperatureOptions.of(temperature))
        .withCuts(CutOptions.of(topK, topP, minP));
  }

  private static int[] counts(SamplerOptions options, float[] logits, int draws) {
    SamplerChain sampler = chain(options);
    int[] counts = new int[logits.length];
    for (int i = 0; i < draws; i++) {
      counts[sampler.sample(logits.clone(), new int[0], 0)]++;
    }
    return counts;
  }

  @Test
  void greedyTakesTheFirstOfEquals() {
    assertEquals(
        1, chain(SamplerOptions.greedy()).sample(new float[] {0, 3, 3, -1}, new int[0], 0));
    assertEquals(0, chain(SamplerOptions.greedy()).sample(new float[4], new int[0], 0));
  }

  @Test
  void drawsFollowTheProbabilities() {
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
    int[] counts = counts(options(1f, 0, 1f, 0f), logits, 20_000);
    assertEquals(0.5, counts[0] / 20_000.0, 0.02);
    assertEquals(0.3, counts[1] / 20_000.0, 0.02);
  }

  @Test
  void filtersCutWhatTheySay() {
    float[] logits = {1f, 4f, 2f, 3f};
    assertEquals(0, counts(options(1f, 2, 1f, 0f), logits, 2000)[2]);
    assertEquals(2000, counts(options(1f, 0, 0.1f, 0f), logits, 2000)[1]);
    assertEquals(0, counts(options(1f, 0, 1f, 0.3f), logits, 2000)[2]);
    assertEquals(2000, counts(options(1f, 1, 1f, 0f), logits, 2000)[1]);
    assertEquals(2000, counts(options(100f, 0, 1f, 1f), new float[] {0f, 1f}, 2000)[1]);
  }

  @Test
  void theSameSeedGivesTheSameChoicesEverywhere() {
    SamplerChain sampler = chain(SamplerOptions.defaults(2026));
    int[] chosen = new int[12];
    for (int i = 0; i < chosen.length; i++) {
      float[] logits = new float[100];
      for (int k = 0; k < 100; k++) {
        logits[k] = (k * 37 + i * 11) % 100 * 0.05f;
      }
      chosen[i] = sampler.sample(logits, new int[0], 0);
    }
    assertEquals("[21, 40, 99, 80, 28, 44, 92, 46, 38, 81, 32, 69]", Arrays.toString(chosen));
  }

  @Test
  void penaltiesPushRecentTokensDown() {
    SamplerOptions o =
        SamplerOptions.defaults(0)
            .withTemperature(TemperatureOptions.of(0f))
            .withCuts(CutOptions.of(0, 1f, 0f))
            .withPenalties(new PenaltyOptions(2f, 0f, 0f, 2));
    assertEquals(1, chain(o).sample(new float[] {3f, 2f}, new int[] {0}, 1));
    assertEquals(0, chain(o).sample(new float[] {3f, 2f}, new int[] {0, 5, 5}, 3));
    SamplerOptions f =
        SamplerOptions.defaults(0)
            .withTemperature(TemperatureOptions.of(0f))
            .withCuts(CutOptions.of(0, 1f, 0f))
            .withPenalties(new PenaltyOptions(1f, 0.6f, 0.5f, 64));
    assertEquals(0, chain(f).sample(new float[] {3f, 2f}, new int[] {1}, 1));
    assertEquals(1, chain(f).sample(new float[] {3f, 2f}, new int[] {0, 0}, 2));
  }

  @Test
  void stagesWorkInTheOrderInWhichTheyStand() {
    SamplerChain.Stage hot = Stages.temperature(TemperatureOptions.of(100f));
    SamplerChain.Stage half = Stages.topP(0.5f);
    float[] logits = {0f, 1f, 2f, 3f}; // the last has more than half, unless it is hot
    SamplerChain.Choice worst = candidates -> candidates.id(candidates.weights().length - 1);
    assertEquals(3, chain(worst, half, hot).sample(logits, new int[0], 0));
    assertEquals(2, chain(worst, hot, half).sample(logits, new int[0], 0));
    assertEquals(3, chain(worst, hot, half, Stages.topK(1)).sample(logits, new int[0], 0));
    assertEquals(0, chain(worst).sample(logits, new int[0], 0));
    SamplerChain.Stage halved = new Penalties(new PenaltyOptions(2f, 0f, 0f, 64));
    SamplerChain late = chain(worst, Stages.topK(2), halved);
    assertEquals(3, late.sample(logits.clone(), new int[] {3}, 1), "1.5, after 2");
    assertEquals(0, chain(worst, halved).sample(logits.clone(), new int[] {3}, 1));
  }

  private static SamplerChain chain(SamplerChain.Choice choice, SamplerChain.Stage... stages) {
    return new SamplerChain(Constraint.NONE, new Biases(List.of(), TEXTS), List.of(stages), choice);
  }

  /** Allows only tokens beyond the last one. */
  private static final class Rising implements Constraint {
    private final List<Integer> heard = new ArrayList<>();

    @Override
    public void mask(float[] logits) {
      for (int id = 0; !heard.isEmpty() && id <= heard.getLast() && id < logits.length; id++) {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
    }

    @Override
    public void accept(int token) {
      heard.add(token);
    }
  }

  @Test
  void aConstraintMasksBeforeTheSamplersAndHearsWhatWasChosen() {
    for (SamplerOptions options :
        List.of(SamplerOptions.greedy(), options(1f, 2, 0.9f, 0f), penalties(2f, 1f, 1f, 64))) {
      Rising rising = new Rising();
      SamplerChain sampler = SamplerChain.of(options, rising, TEXTS);
      int[] chosen = new int[8];
      int count = 0;
      while (count == 0 || chosen[count - 1] < 7) {
        float[] logits = {9f, 8f, 7f, 6f, 5f, 4f, 3f, 2f};
        chosen[count] = sampler.sample(logits, chosen, count);
        count++;
      }
      List<Integer> heard = Arrays.stream(chosen, 0, count).boxed().toList();
      assertEquals(heard, rising.heard);
      assertEquals(heard.stream().sorted().distinct().toList(), heard);
      int end = count;
      GenerationException e =
          assertThrows(
              GenerationException.class, () -> sampler.sample(new float[8], new int[9], end));
      assertTrue(
          e.getMessage().contains("at position " + end + " the request's constraint"),
          e.getMessage());
    }
  }

  @Test
  void brokenLogitsAreAnErrorThatSaysWhere() {
    SamplerChain sampler = chain(SamplerOptions.defaults(1));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      GenerationException e =
          assertThrows(
              GenerationException.class,
              () -> sampler.sample(new float[] {1, bad, 2}, new int[7], 7));
      assertTrue(
          e.getMessage().contains("position 7") && e.getMessage().contains("1 of 3"),
          e.getMessage());
    }
    float never = Float.NEGATIVE_INFINITY;
    assertThrows(
        GenerationException.class, () -> sampler.sample(new float[] {never, never}, new int[0], 0));
    assertEquals(1, sampler.sample(new float[] {never, 0f, never}, new int[0], 0));
  }

  @Test
  void parametersOutOfRangeAreNamed() {
    String message =
        assertThrows(InvalidRequestException.class, () -> options(1f, 0, 1.5f, 0f)).getMessage();
    assertTrue(message.contains("top_p is 1.5"), message);
    assertRefused("temperature is NaN", Float.NaN, 0, 1f, 0f);
    assertRefused("temperature is -0.1;", -0.1f, 0, 1f, 0f);
    assertRefused("temperature is Infinity", Float.POSITIVE_INFINITY, 0, 1f, 0f);
    assertRefused("top_k is -5; it must not be negative", 1f, -5, 1f, 0f);
    assertRefused("top_p is NaN", 1f, 0, Float.NaN, 0f);
    assertRefused("min_p is NaN", 1f, 0, 1f, Float.NaN);
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThrows(InvalidRequestException.class, () -> penalties(wrong, 0f, 0f, 64));
      assertThrows(InvalidRequestException.class, () -> penalties(1f, wrong, 0f, 64));
      assertThrows(InvalidRequestException.class, () -> penalties(1f, 0f, wrong, 64));
    }
    assertThrows(InvalidRequestException.class, () -> penalties(1f, 0f, 0f, -1));
  }

  private static SamplerOptions penalties(
      float repetition, float frequency, float presence, int window) {
    return SamplerOptions.defaults(42)
        .withTemperature(TemperatureOptions.of(1f))
        .withCuts(CutOptions.of(0, 1f, 0f))
        .withPenalties(new PenaltyOptions(repetition, frequency, presence, window));
  }

  private static void assertRefused(
      String said, float temperature, int topK, float topP, float minP) {
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> options(temperature, topK, topP, minP));
    assertTrue(e.getMessage().startsWith(said), e.getMessage());
  }
}
