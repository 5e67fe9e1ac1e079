package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of models whose encoder takes the prompt. */
class EncoderDecoderSessionTest {
  private static final int CONTEXT = 64;
  private static final int STEPS = 5; // of the first model's encoder, and of what is stored of it
  private static final GenerationOptions TWELVE =
      new GenerationOptions(12, List.of(), SamplerOptions.greedy(), true);

  static List<String> names() {
    return TinyFiles.encoderDecoders();
  }

  /** A model with its vocabulary. */
  private record Loaded(GgufFile file, Model model, Tokenizer tokenizer) {
    static Loaded of(String name) {
      HeapWeights source = TinyFiles.file(name);
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
      ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
      Model model = ModelLoader.load(file, source, backend, 16, RunControl.NONE);
      return new Loaded(file, model, Tokenizers.of(file.metadata()));
    }

    Session session() {
      return new Session(model, tokenizer, CONTEXT, Clock.system());
    }

    int[] tokens(String text) {
      return tokenizer.encode(text, true, true);
    }

    /** What the model gives token by token, without a session. */
    int[] expected(int[] prompt, int count) {
      KvCache cache = model.newCache(CONTEXT, KvType.F32);
      Encoding encoding = model.encode(prompt, cache);
      while (encoding.step()) {}
      int[] answer = new int[count];
      int token = model.config().stacks().start();
      for (int i = 0; i < count; i++) {
        token = model.best(new int[] {token}, i, cache, tokenizer.size()).id();
        answer[i] = token;
      }
      model.release(cache);
      return answer;
    }
  }

  private static int[] generate(Session session, int[] prompt) {
    return session.generate(prompt, TWELVE, text -> true, RunControl.NONE).tokens();
  }

  @ParameterizedTest
  @MethodSource("names")
  void anAnswerBeginsAtTheDecodersStart(String name) {
    Loaded t5 = Loaded.of(name);
    try (Session session = t5.session()) {
      for (String text : List.of("the caf\u00E9.", "", "z  \uD83D\uDE00\u0301 er\u0000", "a")) {
        int[] prompt = t5.tokens(text);
        assertArrayEquals(t5.expected(prompt, 12), generate(session, prompt), text);
      }
    }
  }

  /** The vocabulary adds its end, and nothing else, to a prompt of no text. */
  @Test
  void anEmptyTextIsItsEnd() {
    Loaded t5 = Loaded.of("t5");
    assertArrayEquals(new int[] {1}, t5.tokens(""));
    try (Session session = t5.session()) {
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> session.start(new int[0], TWELVE));
      assertTrue(e.getMessage().contains("empty"), e.getMessage());
    }
  }

  @Test
  void thePromptAndTheAnswerEachHaveTheContext() {
    Loaded t5 = Loaded.of("t5");
    try (Session session = t5.session()) {
      int[] longest = new int[CONTEXT];
      Arrays.fill(longest, 7);
      GenerationOptions all = new GenerationOptions(1000, List.of(), SamplerOptions.greedy(), true);
      GenerationResult result = session.generate(longest, all, text -> true, RunControl.NONE);
      assertEquals(CONTEXT, result.promptTokens());
      assertEquals(CONTEXT - 1, result.tokens().length); // the start takes one place
      assertEquals(FinishReason.LENGTH, result.finish());
      InvalidRequestException e =
          assertThrows(
              InvalidRequestException.class,
              () -> session.start(Arrays.copyOf(longest, CONTEXT + 1), TWELVE));
      assertTrue(e.getMessage().contains("65 tokens, the context 64"), e.getMessage());
    }
  }

  @Test
  void theSamePromptIsEncodedOnce() {
    Loaded t5 = Loaded.of("t5");
    int[] prompt = t5.tokens("the cat");
    try (Session session = t5.session()) {
      GenerationResult first = session.generate(prompt, TWELVE, text -> true, RunControl.NONE);
      GenerationResult again = session.generate(prompt, TWELVE, text -> true, RunControl.NONE);
      assertEquals(0, first.cachedTokens());
      assertEquals(prompt.length, again.cachedTokens());
      assertArrayEquals(first.tokens(), again.tokens());
      Embedder.over(session, t5.model, t5.tokenizer)
          .embed("a dog", EmbeddingOptions.DEFAULT, RunControl.NONE);
      GenerationResult after = session.generate(prompt, TWELVE, text -> true, RunControl.NONE);
      assertEquals(0, after.cachedTokens());
      assertArrayEquals(first.tokens(), after.tokens());
    }
  }

  /** After any number of steps, in the encoder or in the answer. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, STEPS, STEPS + 1, STEPS + 4})
  void aLaterAnswerEndsOneUnderWay(int steps) {
    Loaded t5 = Loaded.of("t5");
    int[] prompt = t5.tokens("the cat");
    try (Session session = t5.session()) {
      Generation left = session.start(t5.tokens("a dog"), TWELVE);
      for (int i = 0; i < steps; i++) {
        left.step(text -> true);
      }
      assertArrayEquals(t5.expected(prompt, 12), generate(session, prompt));
      assertThrows(InvalidRequestException.class, () -> left.step(text -> true));
      Generation same = session.start(t5.tokens("a dog"), TWELVE);
      for (int i = 0; i < steps; i++) {
        same.step(text -> true);
      }
      assertArrayEquals(t5.expected(t5.tokens("a dog"), 12), generate(session, t5.tokens("a dog")));
    }
  }

  @Test
  void isCancelledBetweenLayersAndGoesOn() {
    Loaded t5 = Loaded.of("t5");
    int[] prompt = t5.tokens("the cat");
    List<Long> seen = new ArrayList<>();
    RunControl control =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return seen.size() == 3;
          }

          @Override
          public void progress(String phase, long done, long total) {
            assertEquals("prefill", phase);
            assertEquals(prompt.length, total);
            seen.add(done);
          }
        };
    try (Session session = t5.session()) {
      assertThrows(
          CancelledException.class, () -> session.generate(prompt, TWELVE, text -> true, control));
      assertEquals(List.of(1L, 2L, 3L), seen); // of 6 tokens, a fifth a step
      assertArrayEquals(t5.expected(prompt, 12), generate(session, prompt));
    }
  }

  @Test
  void aChatIsRefusedUnlessTheFileHasATemplate() {
    Loaded t5 = Loaded.of("t5");
    for (String template : List.of(ChatFormat.AUTO, "chatml")) {
      InvalidRequestException e =
          assertThrows(
              InvalidRequestException.class,
              () -> ChatFormat.of(template, t5.file, t5.tokenizer, () -> 0L));
      assertTrue(e.getMessage().contains("encoder-decoder"), e.getMessage());
      assertTrue(e.getMessage().contains("chord run -p"), e.getMessage());
    }
  }
}
