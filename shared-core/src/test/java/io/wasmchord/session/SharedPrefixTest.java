package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.CacheOptions;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences begin with what others hold, in memory of their own or not, with the same bits. */
class SharedPrefixTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12, 7, 7, 3, 2, 19};
  private static final GenerationOptions OPTIONS =
      new GenerationOptions(9, List.of(), SamplerOptions.greedy(), true);

  /** Has no more than so many bytes. */
  private static final class Bounded implements MemoryAllocator {
    private final HeapAllocator heap = new HeapAllocator();
    private long most = Long.MAX_VALUE;

    @Override
    public Memory allocate(long bytes) {
      if (heap.allocatedBytes() + bytes > most) {
        throw new OutOfMemoryException("no more than " + most);
      }
      return heap.allocate(bytes);
    }

    @Override
    public void release(Memory memory) {
      heap.release(memory);
    }

    @Override
    public long allocatedBytes() {
      return heap.allocatedBytes();
    }

    @Override
    public void close() {
      heap.close();
    }
  }

  /** A tiny model. */
  private static final class Loaded implements AutoCloseable {
    private final Bounded memory = new Bounded();
    private final Model model;
    private final Tokenizer tokenizer;

    Loaded(String name) {
      HeapWeights source = TinyFiles.file(name);
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
      ScalarBackend backend = new ScalarBackend(memory, Parallel.SINGLE);
      this.model = ModelLoader.load(file, source, backend, 10, RunControl.NONE);
      this.tokenizer = Tokenizers.of(file.metadata());
    }

    Session session() {
      CacheOptions options = new CacheOptions(KvType.F32, 2, 8);
      return new Session(model, tokenizer, 64, options, Clock.system());
    }

    Session session(Prefixes prefixes) {
      Session session = session();
      session.join(prefixes);
      return session;
    }

    /** What a session says that shares nothing. */
    int[] expected(int[] prompt) {
      try (Session alone = session()) {
        return answer(alone, prompt).tokens();
      }
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static GenerationResult answer(Session session, int[] prompt) {
    return session.generate(prompt, OPTIONS, text -> true, RunControl.NONE);
  }

  /** The prompt, its answer, and more. */
  private static int[] longer(int[] answer, int... more) {
    int[] prompt = Arrays.copyOf(PROMPT, PROMPT.length + answer.length + more.length);
    System.arraycopy(answer, 0, prompt, PROMPT.length, answer.length);
    System.arraycopy(more, 0, prompt, PROMPT.length + answer.length, more.length);
    return prompt;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "lfm2", "mamba2", "qwen3next"})
  void eightCopiesTakeNoMemoryUntilTheyAreUsed(String name) {
    try (Loaded one = new Loaded(name);
        Session session = one.session()) {
      int[] first = answer(session, PROMPT).tokens();
      long before = one.memory.allocatedBytes();
      long each = session.cacheBytes();
      List<Session> copies = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        copies.add((i % 2 == 0 ? session : copies.getLast()).copy());
      }
      assertEquals(before, one.memory.allocatedBytes(), "nothing for eight copies");
      assertEquals(0, copies.getFirst().cacheBytes());
      assertEquals(PROMPT.length + 8, copies.getFirst().position());
      int[] goesOn = longer(first, 3, 4);
      int[] expected = one.expected(goesOn);
      assertArrayEquals(expected, answer(copies.get(0), goesOn).tokens());
      assertEquals(before + each, one.memory.allocatedBytes(), "one was used");
      int[] other = {1, 20, 9, 9, 9};
      assertArrayEquals(one.expected(other), answer(session, other).tokens(), "overwrites it");
      assertEquals(before + 8 * each, one.memory.allocatedBytes(), "so they need their own");
      for (Session copy : copies.subList(1, 8)) {
        GenerationResult result = answer(copy, goesOn);
        assertArrayEquals(expected, result.tokens());
        assertEquals(PROMPT.length + 8, result.cachedTokens());
      }
      copies.forEach(Session::close);
      assertEquals(before, one.memory.allocatedBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mamba2"})
  void aCopyInheritsTheMemoryOfWhatIsClosed(String name) {
    try (Loaded one = new Loaded(name)) {
      Session session = one.session();
      int[] first = answer(session, PROMPT).tokens();
      long before = one.memory.allocatedBytes();
      Session copy = session.copy();
      Session second = copy.copy();
      int[] goesOn = longer(first, 3, 4);
      int[] expected = one.expected(goesOn);
      session.close();
      assertEquals(before, one.memory.allocatedBytes());
      assertArrayEquals(expected, answer(copy, goesOn).tokens());
      assertArrayEquals(expected, answer(second, goesOn).tokens());
      copy.close();
      second.close();
      assertTrue(one.memory.allocatedBytes() < before);
    }
  }

  @Test
  void aCopyIsReadAnewWhereThereIsNoMemoryForIt() {
    try (Loaded one = new Loaded("llama");
        Session session = one.session()) {
      int[] first = answer(session, PROMPT).tokens();
      int[] goesOn = longer(first, 3, 4);
      int[] expected = one.expected(goesOn);
      try (Session copy = session.copy()) {
        assertEquals(20, copy.rewind(20));
        one.memory.most = one.memory.allocatedBytes();
        answer(session, new int[] {1, 9}); // goes on all the same
        one.memory.most = Long.MAX_VALUE;
        GenerationResult anew = answer(copy, goesOn);
        assertEquals(0, anew.cachedTokens());
        assertArrayEquals(expected, anew.tokens());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "lfm2", "mamba2", "qwen3next"})
  void aPromptBeginsWithWhatAnySessionHolds(String name) {
    try (Loaded one = new Loaded(name)) {
      Prefixes prefixes = new Prefixes(one.model, 1 << 20);
      int[] first;
      int[] goesOn;
      try (Session session = one.session(prefixes);
          Session other = one.session(prefixes)) {
        first = answer(session, PROMPT).tokens();
        goesOn = longer(first, 3, 4);
        GenerationResult second = answer(other, goesOn);
        assertEquals(PROMPT.length + 8, second.cachedTokens(), "of one that lives");
        assertArrayEquals(one.expected(goesOn), second.tokens());
        assertArrayEquals(first, answer(session, PROMPT).tokens());
      }
      assertTrue(prefixes.bytes() > 0, "what they held stays");
      try (Session session = one.session(prefixes)) {
        int[] branch = longer(first, 8, 8, 8);
        GenerationResult third = answer(session, branch);
        assertTrue(third.cachedTokens() >= PROMPT.length + 8, "of one that was closed");
        assertArrayEquals(one.expected(branch), third.tokens());
      }
      long model = one.memory.allocatedBytes() - prefixes.bytes();
      prefixes.clear();
      assertEquals(model, one.memory.allocatedBytes());
    }
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() {
    try (Loaded one = new Loaded("llama")) {
      int[][] prompts = new int[4][];
      for (int i = 0; i < 4; i++) {
        prompts[i] = PROMPT.clone();
        prompts[i][1] = 3 + i;
      }
      Prefixes measured = new Prefixes(one.model, 1 << 20);
      try (Session session = one.session(measured)) {
        answer(session, PROMPT);
      }
      long room = 2 * measured.bytes() + measured.bytes() / 2;
      Prefixes prefixes = new Prefixes(one.model, room);
      for (int i : new int[] {0, 1, 0, 2}) { // 0 is used again before there is no more room
        try (Session session = one.session(prefixes)) {
          answer(session, prompts[i]);
        }
        assertTrue(prefixes.bytes() <= room);
      }
      List<Integer> cached = new ArrayList<>();
      for (int[] prompt : prompts) {
        try (Session session = one.session()) {
          session.join(prefixes);
          Generation generation = session.start(prompt, OPTIONS);
          cached.add(generation.fed());
        }
      }
      assertEquals(List.of(16, 1, 16, 1), cached);
      Prefixes none = new Prefixes(one.model, 0);
      try (Session session = one.session(none)) {
        answer(session, PROMPT);
      }
      assertEquals(0, none.bytes());
    }
  }
}
