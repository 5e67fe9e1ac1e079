package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationBatch.Outcome;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generations that are computed together. */
class GenerationBatchTest {
  private static final int CONTEXT = 60;
  private static final RunControl STOPPED =
      new RunControl() {
        @Override
        public boolean cancelled() {
          return true;
        }
      };

  private final CountingModel model = new CountingModel(); // feeds up to four tokens together
  private final GenerationBatch batch = new GenerationBatch();

  static List<String> names() {
    return Stream.of(TinyFiles.names(), TinyFiles.encoderDecoders()).flatMap(List::stream).toList();
  }

  private static Model load(GgufFile file, HeapWeights source) {
    return ModelLoader.load(
        file, source, new ScalarBackend(new HeapAllocator(), Parallel.SINGLE), 12, RunControl.NONE);
  }

  private static GenerationOptions sampled(int most, long seed) {
    return new GenerationOptions(most, List.of(), SamplerOptions.defaults(seed), true);
  }

  private static int[] prompt(int length) {
    return IntStream.range(0, length).map(i -> (i * i * 3 + 5 * i + length) % 40).toArray();
  }

  /** Prompts longer and shorter than a batch, and one that comes when others have begun. */
  @ParameterizedTest
  @MethodSource("names")
  void everyAnswerIsTheOneThatIsGivenAlone(String name) {
    HeapWeights source = TinyFiles.file(name);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    int[] lengths = {3, 17, 6};
    try (Model tiny = load(file, source)) {
      Tokenizer own = Tokenizers.of(file.metadata());
      List<int[]> expected = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        try (Session alone = new Session(tiny, own, CONTEXT, Clock.system())) {
          expected.add(
              alone
                  .generate(prompt(lengths[i]), sampled(5, i), text -> true, RunControl.NONE)
                  .tokens());
        }
      }
      List<Generation> together = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        Session session = new Session(tiny, own, CONTEXT, Clock.system());
        together.add(session.start(prompt(lengths[i]), sampled(5, i)));
        batch.add(together.getLast(), text -> true);
        batch.step(RunControl.NONE);
      }
      while (batch.size() > 0) {
        batch.step(RunControl.NONE);
      }
      for (int i = 0; i < lengths.length; i++) {
        assertArrayEquals(expected.get(i), together.get(i).result().tokens(), "answer " + i);
      }
    }
  }

  /** Every second model, for the sake of time. */
  static List<String> someNames() {
    List<String> all = names();
    return IntStream.range(0, all.size()).filter(i -> i % 2 == 0).mapToObj(all::get).toList();
  }

  /**
   * Several answers to a prompt that one of them computes: what the others take over gives the bits
   * that they have alone, and the first answer is the one that is given to the options alone.
   */
  @ParameterizedTest
  @MethodSource("someNames")
  void answersToOnePromptBeginWithACopyOfIt(String name) {
    HeapWeights source = TinyFiles.file(name);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    try (Model tiny = load(file, source)) {
      Tokenizer own = Tokenizers.of(file.metadata());
      int[] prompt = prompt(14);
      List<int[]> expected = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        try (Session alone = new Session(tiny, own, CONTEXT, Clock.system())) {
          expected.add(
              alone
                  .generate(prompt, sampled(4, 7).ofAnswer(i), text -> true, RunControl.NONE)
                  .tokens());
        }
      }
      Session first = new Session(tiny, own, CONTEXT, Clock.system());
      List<Generation> together = new ArrayList<>();
      together.add(first.start(prompt, sampled(4, 7)));
      together.getFirst().keepLastApart(true);
      batch.add(together.getFirst(), text -> true);
      do {
        batch.step(RunControl.NONE);
      } while (!together.getFirst().promptComputed());
      for (int i = 1; i < 3; i++) {
        Session other = new Session(tiny, own, CONTEXT, Clock.system());
        other.takeOver(first, prompt);
        together.add(other.start(prompt, sampled(4, 7).ofAnswer(i)));
        batch.add(together.getLast(), text -> true);
      }
      finish();
      boolean copied = !tiny.config().stacks().decodes();
      for (int i = 0; i < 3; i++) {
        GenerationResult result = together.get(i).result();
        assertArrayEquals(expected.get(i), result.tokens(), "answer " + i);
        assertEquals(copied && i > 0 ? 13 : 0, result.cachedTokens(), "answer " + i);
      }
    }
  }

  private Session session() {
    return new Session(model, new OneByteTokenizer(), CONTEXT, Clock.system());
  }

  private Generation start(Session session, String prompt, int most) {
    return session.start(
        prompt.chars().toArray(), new GenerationOptions(most, List.of(), SamplerOptions.greedy()));
  }

  private Generation add(String prompt, int most) {
    Generation generation = start(session(), prompt, most);
    batch.add(generation, text -> true);
    return generation;
  }

  private String fedInAStep() {
    model.fed().clear();
    batch.step(RunControl.NONE);
    StringBuilder text = new StringBuilder();
    model.fed().forEach(token -> text.append((char) (int) token));
    return text.toString();
  }

  private List<Outcome> finish() {
    List<Outcome> ends = new ArrayList<>();
    while (batch.size() > 0) {
      batch.step(RunControl.NONE).stream()
          .filter(outcome -> !(outcome instanceof Outcome.More))
          .forEach(ends::add);
    }
    return ends;
  }

  @Test
  void aLongPromptTakesTheRoomThatAnswersLeave() {
    add("a", 20);
    assertEquals("a", fedInAStep());
    add("PQRSTUVW", 20);
    add("1", 20);
    assertEquals("bPQ1", fedInAStep()); // each has a token at least
    assertEquals("c2RS", fedInAStep());
    assertEquals("d3TU", fedInAStep());
    assertEquals("e4VW", fedInAStep());
    assertEquals("fX5", fedInAStep());
  }

  @Test
  void moreThanABatchHasRoomForTakeTurns() {
    for (String prompt : List.of("A", "a", "1", "K", "k")) {
      add(prompt, 20);
    }
    assertEquals("Aa1K", fedInAStep());
    assertEquals("Bb2k", fedInAStep());
    assertEquals("LlCc", fedInAStep());
    assertEquals("3MmD", fedInAStep());
  }

  @Test
  void whatFailsLeavesTheOthers() {
    Generation good = add("A", 4);
    Session closing = session();
    Generation closed = start(closing, "B", 4);
    batch.add(closed, text -> true);
    Generation throwing = start(session(), "C", 4);
    IllegalStateException own = new IllegalStateException("the listener's");
    batch.add(
        throwing,
        text -> {
          throw own;
        });
    Session again = session();
    Generation before = start(again, "D", 4);
    batch.add(before, text -> true);
    closing.close();
    start(again, "E", 4);
    List<Outcome> ends = finish();
    assertEquals(4, ends.size());
    for (Outcome outcome : ends) {
      if (outcome.generation() == good) {
        assertInstanceOf(Outcome.Ended.class, outcome);
        continue;
      }
      RuntimeException cause = assertInstanceOf(Outcome.Failed.class, outcome).cause();
      if (outcome.generation() == closed) {
        assertInstanceOf(ClosedException.class, cause);
      } else if (outcome.generation() == throwing) {
        assertEquals(own, cause);
      } else {
        assertEquals(before, outcome.generation());
        assertInstanceOf(InvalidRequestException.class, cause);
      }
    }
    assertEquals("BCDE", good.result().text());
  }

  @Test
  void logitsThatAreNoNumbersEndTheAnswerAndNotTheBatch() {
    Generation one = add("A", 4);
    model.broken(true);
    List<Outcome> outcomes = batch.step(RunControl.NONE);
    assertInstanceOf(GenerationException.class, ((Outcome.Failed) outcomes.getFirst()).cause());
    model.broken(false);
    assertEquals(0, batch.size());
    batch.add(one, text -> true);
    finish();
    assertEquals("BCDE", one.result().text());
  }

  @Test
  void aStepThatIsCancelledTakesNothing() {
    Generation one = add("A", 3);
    assertThrows(CancelledException.class, () -> batch.step(STOPPED));
    assertEquals(1, batch.size());
    assertEquals(1, finish().size());
    assertEquals("BCD", one.result().text());
  }

  @Test
  void whoLeavesCanGoOnAlone() {
    Generation one = add("A", 3);
    Generation other = add("K", 3);
    batch.step(RunControl.NONE);
    assertTrue(batch.remove(one));
    assertFalse(batch.remove(one));
    finish();
    while (one.step(text -> true)) {}
    assertEquals("BCD", one.result().text());
    assertEquals("LMN", other.result().text());
  }

  @Test
  void nothingIsFedWhereNothingIsWanted() {
    Generation none = add("A", 0);
    assertEquals(List.of(new Outcome.Ended(none)), batch.step(RunControl.NONE));
    assertEquals(List.of(), batch.step(RunControl.NONE));
    assertEquals(0, none.result().tokens().length);
  }

  @Test
  void anotherModelsGenerationIsRefused() {
    add("A", 3);
    Session foreign =
        new Session(new CountingModel(), new OneByteTokenizer(), CONTEXT, Clock.system());
    Generation other = start(foreign, "A", 3);
    assertThrows(IllegalArgumentException.class, () -> batch.add(other, text -> true));
  }

  @Test
  void aListenerCannotStepTheBatchThatCallsIt() {
    Generation one = start(session(), "A", 3);
    batch.add(one, text -> !batch.step(RunControl.NONE).isEmpty());
    Outcome outcome = batch.step(RunControl.NONE).getFirst();
    assertInstanceOf(
        InvalidRequestException.class, assertInstanceOf(Outcome.Failed.class, outcome).cause());
  }
}
