package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.Checksum;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.ModelFingerprint;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions are copied, rewound, saved and restored, and go on with the same bits. */
class SessionSaveTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12, 7, 7, 3, 2, 19};
  private static final GenerationOptions OPTIONS =
      new GenerationOptions(9, List.of(), SamplerOptions.greedy(), true);

  /** A tiny model. */
  private static final class Loaded implements AutoCloseable {
    private final HeapAllocator memory = new HeapAllocator();
    private final Model model;
    private final Tokenizer tokenizer;
    private final long fingerprint;

    Loaded(String name, int batch) {
      HeapWeights source = TinyFiles.file(name);
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
      ScalarBackend backend = new ScalarBackend(memory, Parallel.SINGLE);
      this.model = ModelLoader.load(file, source, backend, batch, RunControl.NONE);
      this.tokenizer = Tokenizers.of(file.metadata());
      this.fingerprint = ModelFingerprint.of(file);
    }

    Session session(KvType type) {
      int context = Math.min(64, model.config().contextLength());
      CacheOptions options = new CacheOptions(type, 2, 8);
      return new Session(model, tokenizer, context, options, Clock.system());
    }

    byte[] saved(Session session) {
      return SavedSessions.save(session, fingerprint, "notes \u00e9");
    }

    SessionReader read(byte[] saved) {
      return SavedSessions.read(saved, model, tokenizer, fingerprint);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static GenerationResult answer(Session session, int[] prompt) {
    return session.generate(prompt, OPTIONS, text -> true, RunControl.NONE);
  }

  private static int[] next(GenerationResult first) {
    int[] prompt = Arrays.copyOf(PROMPT, PROMPT.length + first.tokens().length + 3);
    System.arraycopy(first.tokens(), 0, prompt, PROMPT.length, first.tokens().length);
    return prompt;
  }

  @ParameterizedTest
  @CsvSource({
    "llama, F32",
    "llama, F16",
    "gemma2, F16",
    "lfm2, F32",
    "mamba2, F32",
    "rwkv7, F32",
    "qwen3next, F32"
  })
  void whatWasSavedGoesOnWithTheSameAnswer(String name, KvType type) {
    try (Loaded one = new Loaded(name, 10);
        Loaded other = new Loaded(name, 7);
        Session session = one.session(type)) {
      GenerationResult first = answer(session, PROMPT);
      byte[] saved = one.saved(session);
      try (Session copy = session.copy();
          SessionReader reader = other.read(saved);
          Session restored = reader.session()) {
        assertEquals("notes \u00e9", reader.notes());
        assertEquals(PROMPT.length + 8, copy.position());
        assertEquals(PROMPT.length + 8, restored.position());
        assertArrayEquals(saved, other.saved(restored), "the same bytes");
        int[] prompt = next(first);
        GenerationResult expected = answer(session, prompt);
        assertEquals(PROMPT.length + 8, expected.cachedTokens());
        for (Session again : List.of(copy, restored)) {
          GenerationResult result = answer(again, prompt);
          assertEquals(expected.cachedTokens(), result.cachedTokens());
          assertArrayEquals(expected.tokens(), result.tokens());
        }
      }
    }
  }

  @Test
  void aSessionIsRewound() {
    try (Loaded one = new Loaded("llama", 10);
        Session session = one.session(KvType.F32)) {
      GenerationResult first = answer(session, PROMPT);
      Generation late = session.start(next(first), OPTIONS);
      assertEquals(12, session.rewind(12));
      assertEquals(12, session.position());
      assertThrows(InvalidRequestException.class, () -> late.step(text -> true));
      GenerationResult again = answer(session, PROMPT);
      assertEquals(12, again.cachedTokens());
      assertArrayEquals(first.tokens(), again.tokens());
      assertEquals(0, session.rewind(-3));
      assertEquals(0, session.rewind(1000), "nothing comes back");
      assertEquals(0, answer(session, PROMPT).cachedTokens());
    }
  }

  @Test
  void whileItIsSavedASessionDoesNothingElse() {
    try (Loaded one = new Loaded("llama", 10);
        Session session = one.session(KvType.F32)) {
      answer(session, PROMPT);
      try (SessionWriter writer = session.save(1, "")) {
        assertTrue(writer.bytes() > 0);
        assertThrows(InvalidRequestException.class, () -> session.rewind(1));
        assertThrows(InvalidRequestException.class, session::copy);
      }
      session.rewind(3);
    }
  }

  @Test
  void otherModelsAndVersionsAreRefused() {
    try (Loaded one = new Loaded("llama", 10);
        Loaded other = new Loaded("gemma2", 10);
        Session session = one.session(KvType.F32)) {
      answer(session, PROMPT);
      byte[] saved = one.saved(session);
      assertEquals(
          "session_mismatch",
          assertThrows(SessionMismatchException.class, () -> other.read(saved)).code());
      byte[] newer = saved.clone();
      newer[8]++;
      assertThrows(SessionMismatchException.class, () -> one.read(newer));
      byte[] longer = Arrays.copyOf(saved, saved.length + 1);
      assertThrows(InvalidSessionException.class, () -> one.read(longer));
    }
  }

  /**
   * Each has one byte or more that is other, or is cut short; none gets through or takes memory.
   */
  @Test
  void mutatedBytesAreRefused() {
    try (Loaded one = new Loaded("gemma2", 10);
        Session session = one.session(KvType.F16)) {
      answer(session, PROMPT);
      byte[] saved = one.saved(session);
      long before = one.memory.allocatedBytes();
      Random random = new Random(5);
      for (int i = 0; i < 2000; i++) {
        byte[] mutant = saved.clone();
        int most = i % 2 == 0 ? 200 : saved.length; // many within the head
        for (int n = random.nextInt(3); n >= 0; n--) {
          int at = random.nextInt(most);
          mutant[at] = (byte) (mutant[at] ^ (1 + random.nextInt(255)));
        }
        if (i % 5 == 0) {
          mutant = Arrays.copyOf(mutant, random.nextInt(saved.length));
        }
        if (!Arrays.equals(mutant, saved)) {
          byte[] wrong = mutant;
          ChordException e = assertThrows(ChordException.class, () -> one.read(wrong));
          assertTrue(e.code().startsWith("session_"), e.code());
        }
      }
      for (int length = 0; length < saved.length; length += 97) {
        byte[] cut = Arrays.copyOf(saved, length);
        assertThrows(InvalidSessionException.class, () -> one.read(cut));
      }
      assertEquals(before, one.memory.allocatedBytes());
    }
  }

  /** Heads whose checksums are right, as whoever wants to deceive can make them. */
  @Test
  void headsThatLieAreRefused() {
    try (Loaded one = new Loaded("gemma2", 10)) {
      long before = one.memory.allocatedBytes();
      CacheOptions options = CacheOptions.of(KvType.F32);
      CacheMarks marks = new CacheMarks(3, 0, 0, List.of());
      int[] tokens = {1, 2, 3};
      long model = one.fingerprint;
      for (SessionHead head :
          List.of(
              new SessionHead(model, 1 << 30, options, marks, tokens, ""),
              new SessionHead(model, -1, options, marks, tokens, ""),
              new SessionHead(model, 2, options, marks, tokens, ""),
              new SessionHead(model, 50, options, marks, new int[] {1, 2, 1000}, ""),
              new SessionHead(model, 50, options, marks, new int[] {1, 2, -1}, ""),
              new SessionHead(model, 50, options, new CacheMarks(3, 3, 0, List.of()), tokens, ""),
              new SessionHead(model, 50, options, new CacheMarks(3, 0, 9, List.of()), tokens, ""),
              new SessionHead(
                  model, 50, options, new CacheMarks(3, 0, 0, List.of(2, 1)), tokens, ""))) {
        byte[] own = head.bytes();
        ByteWriter opening = new ByteWriter().put(SessionWriter.MAGIC).put(1).put(own.length);
        Checksum sum = new Checksum();
        sum.add(opening.put(own).bytes());
        byte[] whole = opening.put(sum.value()).bytes();
        assertThrows(InvalidSessionException.class, () -> one.read(whole), head.toString());
      }
      assertEquals(before, one.memory.allocatedBytes());
    }
  }
}
