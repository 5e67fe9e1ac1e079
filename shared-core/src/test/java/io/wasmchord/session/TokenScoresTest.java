package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.LogitsProcessor;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How likely tokens were, and a caller's own processor, with the demo model. */
class TokenScoresTest {
  private static final SamplerOptions RANDOM = SamplerOptions.defaults(5);
  private static final SamplerOptions GREEDY = SamplerOptions.greedy();

  private static Model model;
  private static Tokenizer tokenizer;
  private static Session session;
  private static int[] prompt;

  private static Model load(HeapWeights weights, int batch) {
    GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
    tokenizer = Tokenizers.of(file.metadata());
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    return ModelLoader.load(file, weights, backend, batch, RunControl.NONE);
  }

  @BeforeAll
  static void load() {
    model = load(DemoModel.file(), 32);
    session = new Session(model, tokenizer, 128, Clock.system());
    prompt = tokenizer.encode("Once upon a time", true, false);
  }

  private static GenerationOptions options(int most, SamplerOptions sampling) {
    return new GenerationOptions(most, List.of(), sampling);
  }

  /** What a listener hears. */
  private static final class Heard implements TokenListener {
    final List<TokenScore> scores = new ArrayList<>();
    List<TokenScore> prompt = List.of();

    @Override
    public boolean onText(String text) {
      return true;
    }

    @Override
    public void onScore(TokenScore score) {
      scores.add(score);
    }

    @Override
    public void onPrompt(List<TokenScore> all) {
      assertEquals(List.of(), scores);
      prompt = all;
    }

    int[] ids() {
      return scores.stream().mapToInt(TokenScore::id).toArray();
    }
  }

  private static GenerationResult generate(GenerationOptions options, TokenListener listener) {
    return session.generate(prompt, options, listener, RunControl.NONE);
  }

  /** The plain formula over logits that another call gives. */
  private static Map<Integer, double[]> plain(int[] sequence) {
    int vocabulary = model.config().vocabulary();
    Map<Integer, double[]> rows = new TreeMap<>();
    GreedyLogits.compute(
        model,
        sequence,
        0,
        (position, logits) -> {
          for (int row = 0; row < logits.length / vocabulary; row++) {
            double total = 0;
            for (int i = 0; i < tokenizer.size(); i++) {
              total += Math.exp(logits[row * vocabulary + i]);
            }
            double[] all = new double[tokenizer.size()];
            for (int i = 0; i < all.length; i++) {
              all[i] = logits[row * vocabulary + i] - Math.log(total);
            }
            rows.put(position + row + 1, all);
          }
        });
    return rows;
  }

  private static int[] joined(int[] some, int[] more) {
    int[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static void assertPlain(List<TokenScore> scores, int[] sequence, int from) {
    Map<Integer, double[]> plain = plain(sequence);
    for (int i = 0; i < scores.size(); i++) {
      double[] row = plain.get(from + i);
      assertNotNull(row);
      TokenScore score = scores.get(i);
      assertEquals(sequence[from + i], score.id());
      assertArrayEquals(tokenizer.bytes(score.id(), true), score.bytes());
      assertEquals(row[score.id()], score.logprob(), 1e-9);
      double last = 0;
      for (TokenScore one : score.likely()) {
        assertEquals(row[one.id()], one.logprob(), 1e-9);
        assertTrue(one.logprob() <= last);
        last = one.logprob();
      }
      double least = last;
      long better = Arrays.stream(row).filter(p -> p > least + 1e-9).count();
      assertTrue(better < Math.max(1, score.likely().size()) || score.likely().isEmpty());
    }
  }

  @Test
  void scoresAreTheModelsAndChangeNothing() {
    for (SamplerOptions sampling : List.of(RANDOM, GREEDY)) {
      int[] plain = generate(options(12, sampling), text -> true).tokens();
      Heard heard = new Heard();
      GenerationResult result =
          generate(options(12, sampling).withScores(ScoreOptions.of(4)), heard);
      assertArrayEquals(plain, result.tokens());
      assertArrayEquals(plain, heard.ids());
      heard.scores.forEach(score -> assertEquals(4, score.likely().size()));
      assertPlain(heard.scores, joined(prompt, plain), prompt.length);
    }
  }

  @Test
  void afterTheSamplersThereIsWhatTheyLeft() {
    SamplerOptions three =
        RANDOM.withCuts(CutOptions.of(3, 1f, 0f)).withTemperature(TemperatureOptions.of(0.5f));
    Heard heard = new Heard();
    int[] tokens =
        generate(options(10, three).withScores(new ScoreOptions(20, true, false)), heard).tokens();
    Map<Integer, double[]> plain = plain(joined(prompt, tokens));
    for (int i = 0; i < tokens.length; i++) {
      TokenScore score = heard.scores.get(i);
      assertEquals(3, score.likely().size());
      assertEquals(
          1, score.likely().stream().mapToDouble(one -> Math.exp(one.logprob())).sum(), 1e-9);
      double[] row = plain.get(prompt.length + i);
      double total = score.likely().stream().mapToDouble(one -> Math.exp(2 * row[one.id()])).sum();
      assertEquals(2 * row[score.id()] - Math.log(total), score.logprob(), 1e-6);
    }
    Heard greedy = new Heard();
    generate(options(3, GREEDY).withScores(new ScoreOptions(2, true, false)), greedy);
    for (TokenScore score : greedy.scores) {
      assertEquals(0, score.logprob());
      assertEquals(List.of(score.id()), score.likely().stream().map(TokenScore::id).toList());
    }
  }

  @Test
  void tokensThatAreTheOnlyWayOnAreScoredToo() {
    Language language = Language.grammar("root ::= \"The little cat and the dog went home.\"");
    GenerationOptions forced = options(60, GREEDY).with(language);
    int[] plain = generate(forced, text -> true).tokens();
    Heard heard = new Heard();
    GenerationResult result = generate(forced.withScores(ScoreOptions.of(2)), heard);
    assertEquals("The little cat and the dog went home.", result.text());
    assertArrayEquals(plain, result.tokens());
    assertArrayEquals(plain, heard.ids());
    assertPlain(heard.scores, joined(prompt, plain), prompt.length);
    Heard after = new Heard();
    generate(forced.withScores(new ScoreOptions(1, true, false)), after);
    after.scores.forEach(score -> assertEquals(0, score.logprob(), 1e-9));
  }

  @Test
  void aPromptsTokensAreScoredWhateverWasInTheCache() {
    generate(options(3, GREEDY), text -> true);
    for (int most : new int[] {0, 2}) {
      Heard heard = new Heard();
      GenerationResult result =
          generate(options(most, GREEDY).withScores(new ScoreOptions(3, false, true)), heard);
      assertEquals(most, result.tokens().length);
      assertEquals(0, result.cachedTokens());
      assertEquals(prompt.length, heard.prompt.size());
      assertTrue(Double.isNaN(heard.prompt.getFirst().logprob()));
      assertEquals(prompt[0], heard.prompt.getFirst().id());
      assertPlain(heard.prompt.subList(1, prompt.length), prompt, 1);
    }
    assertEquals(prompt.length - 1, generate(options(1, GREEDY), text -> true).cachedTokens());
    int[] one = {prompt[0]};
    Heard heard = new Heard();
    session.generate(
        one,
        options(1, GREEDY).withScores(new ScoreOptions(0, false, true)),
        heard,
        RunControl.NONE);
    assertEquals(1, heard.prompt.size());
    assertEquals(1, heard.scores.size());
  }

  @Test
  void batchesOfAnySizeGiveTheSameScores() {
    Model small = load(DemoModel.file(), 2);
    List<Heard> both = new ArrayList<>();
    for (Model one : List.of(model, small)) {
      Heard heard = new Heard();
      try (Session other = new Session(one, tokenizer, 64, Clock.system())) {
        other.generate(
            prompt,
            options(3, RANDOM).withScores(new ScoreOptions(1, false, true)),
            heard,
            RunControl.NONE);
      }
      both.add(heard);
    }
    for (int i = 1; i < prompt.length; i++) {
      assertEquals(both.get(0).prompt.get(i).logprob(), both.get(1).prompt.get(i).logprob());
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(both.get(0).scores.get(i).logprob(), both.get(1).scores.get(i).logprob());
    }
  }

  /** Two builds' rounding apart: 1e-3 is what the logits' own comparison allows. */
  @Test
  void areThoseOfLlamaCppsLogits() {
    Path file = ReferenceData.models("stories260K-f32.gguf");
    Model stories = load(HeapWeights.read(file), 32);
    Tokenizer own = tokenizer;
    load();
    float[] logits = ReferenceData.floats(file.resolveSibling("stories260K-f32.logits.f32"));
    int[] once = own.encode("Once upon a time", true, false);
    Heard heard = new Heard();
    try (Session telling = new Session(stories, own, 100, Clock.system())) {
      telling.generate(
          once,
          options(64, GREEDY).withScores(new ScoreOptions(1, false, true)),
          heard,
          RunControl.NONE);
    }
    List<TokenScore> scores = new ArrayList<>(heard.prompt.subList(1, once.length));
    scores.addAll(heard.scores);
    assertEquals(68, scores.size());
    for (int row = 0; row < scores.size(); row++) {
      double total = 0;
      for (int i = 0; i < 512; i++) {
        total += Math.exp(logits[512 * row + i]);
      }
      TokenScore score = scores.get(row);
      double expected = logits[512 * row + score.id()] - Math.log(total);
      assertEquals(expected, score.logprob(), 1e-3, "row " + row);
    }
  }

  @Test
  void aProcessorComesFirst() {
    int plain = generate(options(1, GREEDY), text -> true).tokens()[0];
    List<Integer> lengths = new ArrayList<>();
    LogitsProcessor never =
        (logits, tokens) -> {
          assertEquals(tokenizer.size(), logits.length);
          lengths.add(tokens.length);
          logits[plain] = Float.NEGATIVE_INFINITY;
        };
    Heard heard = new Heard();
    int[] tokens =
        generate(options(4, GREEDY).withProcessor(never).withScores(ScoreOptions.of(1)), heard)
            .tokens();
    assertTrue(tokens.length > 1);
    for (int i = 0; i < tokens.length; i++) {
      assertFalse(tokens[i] == plain);
      assertEquals(prompt.length + i, lengths.get(i));
    }
    assertEquals(plain, heard.scores.getFirst().likely().getFirst().id()); // the model's own
    Language language = Language.grammar("root ::= \"yes\" | \"no\"");
    LogitsProcessor upside =
        (logits, ids) -> {
          for (int i = 0; i < logits.length; i++) {
            logits[i] = -logits[i];
          }
        };
    GenerationResult held =
        generate(options(9, GREEDY).with(language).withProcessor(upside), text -> true);
    assertTrue(List.of("yes", "no").contains(held.text()), held.text());
  }

  @Test
  void aProcessorThatBreaksTheLogitsEndsTheAnswer() {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      GenerationOptions broken =
          options(4, GREEDY).withProcessor((logits, tokens) -> logits[7] = wrong);
      String said =
          assertThrows(InvalidRequestException.class, () -> generate(broken, text -> true))
              .getMessage();
      assertTrue(said.contains("the logits processor set the logit of token 7 to"), said);
    }
    GenerationOptions nothing =
        options(4, GREEDY)
            .withProcessor((logits, tokens) -> Arrays.fill(logits, Float.NEGATIVE_INFINITY));
    assertThrows(InvalidRequestException.class, () -> generate(nothing, text -> true));
    GenerationOptions throwing =
        options(4, GREEDY)
            .withProcessor((logits, tokens) -> {
              throw new ArithmeticException("mine");
            });
    assertEquals(
        "mine",
        assertThrows(ArithmeticException.class, () -> generate(throwing, text -> true))
            .getMessage());
    assertEquals(4, generate(options(4, GREEDY), text -> true).tokens().length);
  }

  @Test
  void aHostMayProcessBetweenSteps() {
    LogitsProcessor halves =
        (logits, tokens) -> {
          for (int i = tokens.length % 2; i < logits.length; i += 2) {
            logits[i] = Float.NEGATIVE_INFINITY;
          }
        };
    int[] expected = generate(options(6, RANDOM).withProcessor(halves), text -> true).tokens();
    Generation later =
        session.start(prompt, options(6, RANDOM).withProcessor(LogitsProcessor.LATER));
    int waited = 0;
    boolean more = true;
    while (more) {
      float[] logits = later.waiting();
      if (logits == null) {
        more = later.step(text -> true);
      } else {
        assertTrue(later.step(text -> true)); // does nothing
        halves.process(logits, later.tokens());
        more = later.processed(text -> true);
        waited++;
      }
    }
    assertArrayEquals(expected, later.result().tokens());
    assertEquals(6, waited);
    assertNull(later.waiting());
  }

  @Test
  void aKeptStopIsPartOfTheText() {
    String text = generate(options(12, GREEDY), one -> true).text();
    String stop = text.substring(5, 8);
    GenerationOptions stopping = new GenerationOptions(12, List.of("\u0001", stop), GREEDY);
    int at = text.indexOf(stop);
    assertEquals(text.substring(0, at), generate(stopping, one -> true).text());
    GenerationResult kept = generate(stopping.withKeptStops(Set.of(stop)), one -> true);
    assertEquals(text.substring(0, at + stop.length()), kept.text());
    assertEquals(FinishReason.STOP, kept.finish());
    int token = generate(options(12, GREEDY), one -> true).tokens()[3];
    GenerationResult ended = generate(options(12, GREEDY).withMoreEnds(Set.of(token)), one -> true);
    assertTrue(ended.tokens().length <= 3);
    assertEquals(FinishReason.STOP, ended.finish());
  }
}
