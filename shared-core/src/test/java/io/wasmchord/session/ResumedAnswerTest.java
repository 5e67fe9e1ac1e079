package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.AdaptiveOptions;
import io.wasmchord.sampling.DryOptions;
import io.wasmchord.sampling.MirostatOptions;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.XtcOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of the demo model that are interrupted go on as if they had not been. */
class ResumedAnswerTest {
  private static Model model;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    HeapWeights weights = DemoModel.file();
    GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
    tokenizer = Tokenizers.of(file.metadata());
    model =
        ModelLoader.load(
            file,
            weights,
            new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
            32,
            RunControl.NONE);
  }

  private static Session session() {
    return new Session(model, tokenizer, 128, Clock.system());
  }

  static Stream<GenerationOptions> options() {
    SamplerOptions plain = SamplerOptions.defaults(11);
    GenerationOptions usual = new GenerationOptions(40, List.of(), plain);
    List<SamplerOptions> chains =
        List.of(
            SamplerOptions.greedy(),
            plain,
            plain.withMirostat(new MirostatOptions(1, 5f, 0.1f)),
            plain.withMirostat(new MirostatOptions(2, 5f, 0.1f)),
            plain.withAdaptive(new AdaptiveOptions(0.4f, 0.9f)),
            plain
                .withXtc(new XtcOptions(0.5f, 0.1f))
                .withDry(new DryOptions(0.8f, 1.75f, 2, 0, List.of("\n"))));
    return Stream.concat(
        chains.stream().map(chain -> new GenerationOptions(40, List.of(" the end"), chain)),
        Stream.of(usual.with(Language.pattern("[A-Z][a-z ]{20,30}[.] The end[.]", ""))));
  }

  @ParameterizedTest
  @MethodSource("options")
  void whatComesIsWhatWouldHaveCome(GenerationOptions options) {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    StringBuilder whole = new StringBuilder();
    List<byte[]> journal = new ArrayList<>();
    GenerationResult expected;
    try (Session session = session()) {
      Generation generation = session.start(prompt, options);
      while (generation.step(text -> whole.append(text).length() > 0)) {
        journal.add(generation.state().bytes());
      }
      expected = generation.result();
      assertThrows(IllegalStateException.class, generation::state);
    }
    assertTrue(journal.size() > 3, whole.toString());
    for (int at = 0; at < journal.size(); at += 5) {
      try (Session session = session()) {
        StringBuilder text = new StringBuilder();
        Generation later = session.resume(GenerationState.of(journal.get(at)), options);
        assertEquals(
            journal.get(at).length, later.state().bytes().length, "as it was, before any step");
        while (later.step(piece -> text.append(piece).length() > 0)) {
          assertTrue(later.state().answer().length > 0);
        }
        assertArrayEquals(expected.tokens(), later.result().tokens());
        assertEquals(expected.text(), later.result().text());
        assertEquals(whole.toString(), text.toString());
        assertEquals(expected.finish(), later.result().finish());
        assertTrue(later.result().decodeNanos() < 60_000_000_000L);
      }
    }
  }

  @Test
  void aJournalThatIsDamagedOrOfAnotherRequestIsRefused() {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    GenerationOptions options = new GenerationOptions(9, List.of(), SamplerOptions.defaults(1));
    try (Session session = session()) {
      Generation generation = session.start(prompt, options);
      for (int i = 0; i < 5; i++) {
        generation.step(text -> true);
      }
      byte[] bytes = generation.state().bytes();
      for (int i = 0; i < bytes.length; i++) {
        byte[] wrong = bytes.clone();
        wrong[i] ^= 4;
        assertThrows(InvalidSessionException.class, () -> GenerationState.of(wrong));
        byte[] cut = Arrays.copyOf(bytes, i);
        assertThrows(InvalidSessionException.class, () -> GenerationState.of(cut));
      }
      GenerationState state = GenerationState.of(bytes);
      GenerationOptions greedy = new GenerationOptions(9, List.of(), SamplerOptions.greedy());
      assertThrows(InvalidSessionException.class, () -> session.resume(state, greedy));
      GenerationOptions fewer = new GenerationOptions(2, List.of(), SamplerOptions.defaults(1));
      assertThrows(InvalidRequestException.class, () -> session.resume(state, fewer));
    }
  }
}
