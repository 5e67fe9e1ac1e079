package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.constraint.Language;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
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
import io.wasmchord.sampling.ScoreOptions;
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
  private static final long MODEL = 77;
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

  /** The journal after each step. */
  private static List<byte[]> journals(Generation generation, String notes) {
    AnswerJournal journal = AnswerJournal.of(generation, MODEL, notes);
    ByteWriter file = new ByteWriter();
    List<byte[]> all = new ArrayList<>();
    while (generation.step(text -> true)) {
      all.add(file.put(journal.next(generation)).bytes());
      assertEquals(all.getLast().length, journal.length());
    }
    assertEquals(0, journal.next(generation).length);
    return all;
  }

  @ParameterizedTest
  @MethodSource("options")
  void whatComesIsWhatWouldHaveCome(GenerationOptions options) {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    List<byte[]> journals;
    GenerationResult expected;
    try (Session session = session()) {
      Generation generation = session.start(prompt, options);
      journals = journals(generation, "as asked");
      expected = generation.result();
      assertThrows(IllegalStateException.class, generation::state);
    }
    assertTrue(journals.size() > 3, expected.text());
    for (int at = 0; at < journals.size(); at += 9) {
      try (Session session = session()) {
        StringBuilder text = new StringBuilder();
        AnswerJournal journal = AnswerJournal.read(journals.get(at), MODEL);
        assertEquals("as asked", journal.notes());
        assertArrayEquals(prompt, journal.prompt());
        Generation later = journal.resume(session, options);
        assertEquals(0, journal.next(later).length, "as it was, before any step");
        ByteWriter file = new ByteWriter().put(journals.get(at));
        while (later.step(piece -> text.append(piece).length() > 0)) {
          file.put(journal.next(later));
        }
        assertArrayEquals(expected.tokens(), later.result().tokens());
        assertEquals(expected.text(), later.result().text());
        assertEquals(expected.text(), text.toString());
        assertEquals(expected.finish(), later.result().finish());
        assertTrue(later.result().decodeNanos() < 60_000_000_000L);
        AnswerJournal last = AnswerJournal.read(file.bytes(), MODEL);
        assertArrayEquals(
            AnswerJournal.read(journals.getLast(), MODEL).answer(), last.answer(), "appended");
      }
    }
  }

  @Test
  void whatACrashLeftIsIgnoredOrRefused() {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    GenerationOptions options = new GenerationOptions(7, List.of(), SamplerOptions.defaults(1));
    try (Session session = session()) {
      Generation generation = session.start(prompt, options);
      List<byte[]> journals = journals(generation, "");
      int[] expected = generation.result().tokens();
      byte[] bytes = journals.getLast();
      int whole = wholeHead(bytes);
      for (int i = 0; i < bytes.length; i++) {
        byte[] wrong = bytes.clone();
        wrong[i] ^= 4;
        byte[] cut = Arrays.copyOf(bytes, i);
        if (i < whole) {
          assertThrows(ChordException.class, () -> AnswerJournal.read(wrong, MODEL));
          assertThrows(InvalidSessionException.class, () -> AnswerJournal.read(cut, MODEL));
        } else {
          for (byte[] some : List.of(wrong, cut)) {
            AnswerJournal journal = AnswerJournal.read(some, MODEL);
            assertTrue(journal.length() <= i, "nothing is taken from where it is wrong");
            assertArrayEquals(Arrays.copyOf(expected, journal.answer().length), journal.answer());
          }
        }
      }
      Generation anew =
          AnswerJournal.read(Arrays.copyOf(bytes, whole), MODEL).resume(session, options);
      while (anew.step(text -> true)) {}
      assertArrayEquals(expected, anew.result().tokens(), "a head alone is enough");
    }
  }

  /** Bytes up to the first entry. */
  private static int wholeHead(byte[] bytes) {
    return 8 + 8 + HeapMemory.wrap(bytes).getInt(12) + 8;
  }

  @Test
  void aJournalOfAnotherRequestModelOrContextIsRefused() {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    GenerationOptions options = new GenerationOptions(9, List.of(), SamplerOptions.defaults(1));
    try (Session session = session();
        Session longer = new Session(model, tokenizer, 129, Clock.system());
        Session half = new Session(model, tokenizer, 128, KvType.F16, Clock.system())) {
      byte[] bytes = journals(session.start(prompt, options), "").getLast();
      assertThrows(SessionMismatchException.class, () -> AnswerJournal.read(bytes, MODEL + 1));
      AnswerJournal journal = AnswerJournal.read(bytes, MODEL);
      GenerationOptions greedy = new GenerationOptions(9, List.of(), SamplerOptions.greedy());
      assertThrows(InvalidSessionException.class, () -> journal.resume(session, greedy));
      GenerationOptions fewer = new GenerationOptions(2, List.of(), SamplerOptions.defaults(1));
      assertThrows(InvalidRequestException.class, () -> journal.resume(session, fewer));
      assertThrows(SessionMismatchException.class, () -> journal.resume(longer, options));
      assertThrows(SessionMismatchException.class, () -> journal.resume(half, options));
      Generation scored =
          session.start(prompt, options.withScores(new ScoreOptions(1, false, false)));
      assertThrows(InvalidRequestException.class, () -> AnswerJournal.of(scored, MODEL, ""));
    }
  }
}
