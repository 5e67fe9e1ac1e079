package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.ForwardingModel;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions whose model has windows or convolutions: a prompt that begins like the sequence so far
 * is fed from where it differs while what it sees is still there, and from 0 otherwise; both give a
 * fresh session's bits.
 */
class SessionWindowTest {
  private static final int CONTEXT = 700;
  private static final int BATCH = 16;
  private static final int WINDOW = 5;
  private static final int PLACES = 288; // 5 + 15 + 256, in whole runs
  private static final int FARTHEST = PLACES - WINDOW + 1; // back from the farthest position

  /** A model whose logits are kept. */
  private static final class Recorded extends ForwardingModel {
    private final List<float[]> logits = new ArrayList<>();

    Recorded(Model model) {
      super(model);
    }

    List<float[]> logits() {
      return logits;
    }

    @Override
    public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
      float[] result = model().forward(tokens, position, cache, wanted);
      if (wanted != Wanted.NONE) {
        logits.add(result);
      }
      return result;
    }

    @Override
    public void close() {
      model().close();
    }
  }

  /** A session and a fresh one for every prompt. */
  private static final class Pair implements AutoCloseable {
    private final Recorded model;
    private final Tokenizer tokenizer;
    private final Session session;
    private int[] sequence = new int[0];

    Pair(String name) {
      HeapWeights source = TinyFiles.file(name, CONTEXT);
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
      this.model =
          new Recorded(
              ModelLoader.load(
                  file,
                  source,
                  new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
                  BATCH,
                  RunControl.NONE));
      this.tokenizer = Tokenizers.of(file.metadata());
      this.session = newSession();
    }

    private Session newSession() {
      return new Session(model, tokenizer, CONTEXT, Clock.system());
    }

    /** Answers a prompt in both; how many of its tokens were not fed again. */
    int ask(int[] prompt, int tokens) {
      GenerationResult result = answer(session, prompt, tokens);
      List<float[]> actual = List.copyOf(model.logits());
      try (Session fresh = newSession()) {
        GenerationResult expected = answer(fresh, prompt, tokens);
        assertEquals(0, expected.cachedTokens());
        assertArrayEquals(expected.tokens(), result.tokens());
      }
      assertEquals(model.logits().size(), actual.size());
      for (int i = 0; i < actual.size(); i++) {
        assertArrayEquals(model.logits().get(i), actual.get(i), 0f);
      }
      sequence = Arrays.copyOf(prompt, prompt.length + result.tokens().length);
      System.arraycopy(result.tokens(), 0, sequence, prompt.length, result.tokens().length);
      return result.cachedTokens();
    }

    private GenerationResult answer(Session asked, int[] prompt, int tokens) {
      model.logits().clear();
      GenerationOptions options =
          new GenerationOptions(tokens, List.of(), SamplerOptions.greedy(), true);
      return asked.generate(prompt, options, text -> true, RunControl.NONE);
    }

    /** A prompt that leaves the sequence at {@code same}, and goes on for {@code more} tokens. */
    int[] prompt(int same, int more) {
      int[] prompt = Arrays.copyOf(sequence, same + more);
      for (int i = same; i < prompt.length; i++) {
        prompt[i] = (7 * i + prompt.length) % 40;
      }
      if (same < sequence.length && more > 0) {
        prompt[same] = (sequence[same] + 1) % 40;
      }
      return prompt;
    }

    @Override
    public void close() {
      session.close();
      model.close();
    }
  }

  /** A turn that goes back by as much as is promised is fed from there. */
  @ParameterizedTest
  @ValueSource(strings = {"gemma2", "gemma3", "lfm2", "lfm2 with attention first"})
  void goingBackWithinTheRingIsCheap(String name) {
    try (Pair pair = new Pair(name)) {
      assertEquals(0, pair.ask(pair.prompt(0, 400), 100)); // 499 are stored
      int back = 499 - CacheShape.BACK;
      assertEquals(back, pair.ask(pair.prompt(back, 20), 3));
      assertEquals(back + 22, pair.ask(pair.prompt(back + 23, 5), 3));
      assertEquals(back + 1, pair.ask(pair.prompt(back + 1, 300), 3));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {FARTHEST, FARTHEST + 1, 400, 490, 499})
  void goingBackBeyondTheRingFeedsFromTheStart(int back) {
    try (Pair pair = new Pair("gemma2")) {
      pair.ask(pair.prompt(0, 400), 100);
      int same = 499 - back;
      assertEquals(back <= FARTHEST ? same : 0, pair.ask(pair.prompt(same, 30), 5));
      assertEquals(same + 34, pair.ask(pair.prompt(same + 35, 30), 5), "goes on");
      assertEquals(0, pair.ask(pair.prompt(0, 30), 5));
    }
  }

  /** Convolutions over 3 positions, in as many places as gemma2's windows have. */
  @ParameterizedTest
  @ValueSource(ints = {PLACES - 2, PLACES - 1})
  void convolutionsGoBackAsFar(int back) {
    try (Pair pair = new Pair("lfm2")) {
      pair.ask(pair.prompt(0, 400), 100);
      int same = 499 - back;
      assertEquals(back < PLACES - 1 ? same : 0, pair.ask(pair.prompt(same, 30), 5));
      assertEquals(same + 34, pair.ask(pair.prompt(same + 35, 30), 5), "goes on");
    }
  }

  @Test
  void aModelWithoutWindowsGoesBackAnywhere() {
    try (Pair pair = new Pair("llama")) {
      pair.ask(pair.prompt(0, 400), 100);
      assertEquals(3, pair.ask(pair.prompt(3, 30), 5));
    }
  }

  @Test
  void cancellingInTheMiddleOfAPromptIsExactToo() {
    try (Pair pair = new Pair("gemma2")) {
      pair.ask(pair.prompt(0, 300), 100);
      Generation cut =
          pair.session.start(
              pair.prompt(200, 300),
              new GenerationOptions(5, List.of(), SamplerOptions.greedy(), true));
      for (int i = 0; i < 10; i++) {
        cut.step(text -> true); // to 360
      }
      int[] begun = pair.prompt(200, 300);
      pair.sequence = Arrays.copyOf(begun, 360);
      assertEquals(360, pair.ask(begun, 5));
      assertEquals(0, pair.ask(pair.prompt(100, 300), 5));
    }
  }

  @ParameterizedTest
  @CsvSource({"gemma2, 5", "lfm2, 3"})
  void anyWayThroughAConversationGivesAFreshSessionsBits(String name, int seen) {
    Random random = new Random(5);
    int again = 0;
    int on = 0;
    try (Pair pair = new Pair(name)) {
      int stored = 0;
      int farthest = 0;
      for (int i = 0; i < 24; i++) {
        int length = pair.sequence.length;
        int same = Math.max(0, length - random.nextInt(random.nextBoolean() ? 60 : 450));
        int more = Math.max(1, Math.min(random.nextInt(250), CONTEXT - 40 - same));
        int tokens = 1 + random.nextInt(30);
        same = Math.min(same, CONTEXT - 40 - more);
        int reused = Math.min(same, stored);
        boolean held = reused == 0 || reused >= farthest - (PLACES - seen + 1);
        assertEquals(held ? reused : 0, pair.ask(pair.prompt(same, more), tokens), "turn " + i);
        stored = same + more + tokens - 1;
        farthest = held && reused > 0 ? Math.max(farthest, stored) : stored;
        on += held && reused > 0 ? 1 : 0;
        again += held ? 0 : 1;
      }
    }
    assertTrue(again > 2 && on > 2, again + " from 0, " + on + " went on");
  }
}
