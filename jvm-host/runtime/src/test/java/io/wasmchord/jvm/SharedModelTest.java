package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.EmbeddingRun;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.Tasks.Task;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One model used from many threads, used after it was closed, and closed while it is used. */
class SharedModelTest {
  private static final int CONTEXT = 180;
  private static final int TOKENS = 6;
  private static final int[] LENGTHS = {140, 9, 31, 5}; // of prompts; one is two batches
  private static final List<String> TEXTS =
      List.of("What is the capital of Japan?", "A duck", "Tell me a joke about a cat and a dog.");

  @TempDir Path folder;

  private static GenerationOptions tokens(int count) {
    return new GenerationOptions(count, List.of(), SamplerOptions.greedy(), true);
  }

  private static int[] prompt(int number) {
    int[] prompt = new int[LENGTHS[number % LENGTHS.length]];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = 300 + (i * i * 7 + 11 * number + i) % 200;
    }
    return prompt;
  }

  private static Session session(LoadedModel loaded) {
    return new Session(loaded.model(), loaded.tokenizer(), CONTEXT, Clock.system());
  }

  private static Embedder embedder(LoadedModel loaded) {
    int longest = Math.min(CONTEXT, loaded.model().config().contextLength());
    return Embedder.of(loaded.model(), loaded.tokenizer(), longest, KvType.F32);
  }

  private static List<Integer> answer(Session session, int number) {
    int[] tokens =
        session.generate(prompt(number), tokens(TOKENS), text -> true, RunControl.NONE).tokens();
    return Arrays.stream(tokens).boxed().toList();
  }

  private static float[] vector(Embedder embedder, String text) {
    return embedder.embed(text, EmbeddingOptions.DEFAULT, RunControl.NONE).vector();
  }

  @ParameterizedTest
  @EnumSource
  void manyThreadsGetTheAnswersOfOne(Setup setup) throws Exception {
    try (LoadedModel loaded = setup.open(Setup.DEMO)) {
      Embedder embedder = embedder(loaded);
      List<List<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < LENGTHS.length; i++) {
        try (Session alone = session(loaded)) {
          answers.add(answer(alone, i));
        }
      }
      List<float[]> vectors = TEXTS.stream().map(text -> vector(embedder, text)).toList();
      long before = loaded.backend().allocatedBytes();
      List<Task<Boolean>> tasks = new ArrayList<>();
      for (int t = 0; t < 5; t++) {
        int first = t;
        tasks.add(
            Tasks.start(() -> {
              try (Session own = session(loaded)) {
                for (int i = first; i < first + LENGTHS.length; i++) {
                  assertEquals(answers.get(i % LENGTHS.length), answer(own, i % LENGTHS.length));
                }
              }
              return true;
            }));
      }
      for (int t = 0; t < 3; t++) {
        int first = t;
        tasks.add(
            Tasks.start(() -> {
              for (int i = first; i < first + 2 * TEXTS.size(); i++) {
                int text = i % TEXTS.size();
                assertArrayEquals(vectors.get(text), vector(embedder, TEXTS.get(text)), 0f);
              }
              return true;
            }));
      }
      for (Task<Boolean> task : tasks) {
        assertTrue(task.get());
      }
      assertEquals(before, loaded.backend().allocatedBytes());
    }
  }

  /** An encoder computes a layer at a time; in between others use its scratch. */
  @ParameterizedTest
  @EnumSource
  void textsThatTakeTurnsLayerByLayerGiveTheVectorsOfOne(Setup setup) throws Exception {
    for (String name : TinyFiles.encoders()) {
      Path file = TinyFiles.encoder(name).write(folder.resolve(setup + ".gguf"));
      try (LoadedModel loaded = setup.open(file)) {
        Embedder embedder = embedder(loaded);
        List<float[]> expected = new ArrayList<>();
        List<EmbeddingRun> runs = new ArrayList<>();
        for (int words : new int[] {3, 40, 1, 17}) {
          expected.add(vector(embedder, TinyFiles.text(words)));
          runs.add(embedder.start(TinyFiles.text(words), EmbeddingOptions.DEFAULT));
        }
        boolean more = true;
        while (more) {
          more = false;
          for (EmbeddingRun run : runs) {
            more |= run.step();
          }
        }
        for (int i = 0; i < runs.size(); i++) {
          assertArrayEquals(expected.get(i), runs.get(i).result().vector(), 0f, name);
          runs.get(i).close();
          assertThrows(ClosedException.class, runs.get(i)::step);
        }
      }
    }
  }

  /** Generates until something ends it; the latch says that it has begun. */
  private static Task<Integer> endless(Session session, CountDownLatch begun) {
    return Tasks.start(() -> {
      while (true) {
        session.generate(
            prompt(1),
            tokens(CONTEXT),
            text -> {
              begun.countDown();
              return true;
            },
            RunControl.NONE);
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void closingAModelEndsWhatComputes(Setup setup) throws Exception {
    LoadedModel loaded = setup.open(Setup.DEMO);
    CountDownLatch begun = new CountDownLatch(4);
    List<Session> sessions = new ArrayList<>();
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sessions.add(session(loaded));
      tasks.add(endless(sessions.getLast(), begun));
    }
    Embedder embedder = embedder(loaded);
    tasks.add(
        Tasks.start(() -> {
          while (true) {
            vector(embedder, TEXTS.getFirst());
            begun.countDown();
          }
        }));
    begun.await();
    Task<Boolean> other =
        Tasks.start(() -> {
          loaded.close();
          return true;
        });
    loaded.close();
    assertTrue(other.get());
    for (Task<Integer> task : tasks) {
      assertEquals("closed", task.failure(ClosedException.class).code());
    }
    sessions.forEach(Session::close);
  }

  @ParameterizedTest
  @EnumSource
  void closingASessionEndsWhatItGeneratesAndFreesItsMemory(Setup setup) throws Exception {
    try (LoadedModel loaded = setup.open(Setup.DEMO);
        Session stays = session(loaded)) {
      List<Integer> expected = answer(stays, 2);
      long before = loaded.backend().allocatedBytes();
      Session closed = session(loaded);
      CountDownLatch begun = new CountDownLatch(1);
      Task<Integer> task = endless(closed, begun);
      begun.await();
      closed.close();
      ClosedException e = task.failure(ClosedException.class);
      assertTrue(e.getMessage().contains("session"), e.getMessage());
      assertEquals(before, loaded.backend().allocatedBytes());
      assertEquals(expected, answer(stays, 2));
    }
  }

  @ParameterizedTest
  @EnumSource
  void useAfterCloseIsATypedErrorAndClosingTwiceNone(Setup setup) {
    LoadedModel loaded = setup.open(Setup.DEMO);
    Model model = loaded.model();
    Embedder embedder = embedder(loaded);
    Session first = session(loaded);
    Session session = session(loaded);
    Generation begun = first.start(prompt(1), tokens(3));
    assertTrue(begun.step(text -> true));
    first.close();
    first.close();
    assertThrows(ClosedException.class, () -> begun.step(text -> true));
    assertThrows(ClosedException.class, () -> first.start(prompt(1), tokens(3)));
    assertThrows(ClosedException.class, () -> answer(first, 1));
    assertEquals(TOKENS, answer(session, 1).size());

    KvCache gone = model.newCache(8, KvType.F32);
    model.release(gone);
    model.release(gone);
    assertThrows(
        ClosedException.class, () -> model.forward(new int[] {1}, 0, gone, Model.Wanted.LAST));
    assertThrows(ClosedException.class, () -> model.encode(new int[] {1}, gone));
    assertThrows(ClosedException.class, () -> model.resumesAt(gone, 0));

    KvCache cache = model.newCache(8, KvType.F32);
    Encoding encoding = model.encode(new int[] {1, 2}, cache);
    Generation unfinished = session.start(prompt(2), tokens(3));
    EmbeddingRun run = embedder.start(TEXTS.getFirst(), EmbeddingOptions.DEFAULT);
    loaded.close();
    loaded.close();
    model.close();
    assertThrows(ClosedException.class, () -> unfinished.step(text -> true));
    assertThrows(ClosedException.class, () -> answer(session, 1));
    assertThrows(ClosedException.class, () -> session(loaded));
    assertThrows(ClosedException.class, () -> vector(embedder, "a"));
    assertThrows(ClosedException.class, run::step);
    assertThrows(ClosedException.class, encoding::step);
    assertThrows(ClosedException.class, () -> model.newCache(8, KvType.F32));
    assertThrows(
        ClosedException.class, () -> model.forward(new int[] {1}, 0, cache, Model.Wanted.LAST));
    assertThrows(ClosedException.class, () -> model.encode(new int[] {1}, cache));
    assertThrows(ClosedException.class, () -> model.projected(new float[8]));
    run.close();
    model.release(cache);
    session.close();
    assertEquals("closed", assertThrows(ClosedException.class, () -> answer(session, 1)).code());
    assertTrue(loaded.tokenizer().encode("a cat", true, false).length > 0, "it stays usable");
  }

  @Test
  void oneSessionInTwoThreadsIsRefusedAndTheFirstIsRight() throws Exception {
    try (LoadedModel loaded = Setup.REPACKED.open(Setup.DEMO);
        Session session = session(loaded)) {
      List<Integer> expected = answer(session, 0);
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Task<int[]> first =
          Tasks.start(() ->
              session
                  .generate(
                      prompt(0),
                      tokens(TOKENS),
                      text -> {
                        begun.countDown();
                        awaitQuietly(goOn);
                        return true;
                      },
                      RunControl.NONE)
                  .tokens());
      begun.await();
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> answer(session, 1));
      assertTrue(e.getMessage().contains("a session for each thread"), e.getMessage());
      assertThrows(InvalidRequestException.class, () -> session.start(prompt(1), tokens(TOKENS)));
      Embedder over = Embedder.over(session, loaded.model(), loaded.tokenizer());
      assertThrows(InvalidRequestException.class, () -> vector(over, "a"));
      goOn.countDown();
      assertEquals(expected, Arrays.stream(first.get()).boxed().toList());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLaterRequestEndsTheEarlierOne() {
    try (LoadedModel loaded = Setup.REPACKED.open(Setup.DEMO);
        Session session = session(loaded)) {
      List<Integer> expected = answer(session, 1);
      Generation earlier = session.start(prompt(0), tokens(TOKENS));
      assertTrue(earlier.step(text -> true));
      assertEquals(expected, answer(session, 1));
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> earlier.step(text -> true));
      assertTrue(e.getMessage().contains("start it again"), e.getMessage());
      Embedder over = Embedder.over(session, loaded.model(), loaded.tokenizer());
      EmbeddingRun run = over.start("a cat", EmbeddingOptions.DEFAULT);
      assertEquals(expected, answer(session, 1));
      assertThrows(InvalidRequestException.class, run::step);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptionEndsWhoeverComputes(Setup setup) {
    try (LoadedModel loaded = setup.open(Setup.DEMO);
        Session session = session(loaded)) {
      List<Integer> expected = answer(session, 0);
      List<String> pieces = new ArrayList<>();
      assertThrows(
          CancelledException.class,
          () ->
              session.generate(
                  prompt(1),
                  tokens(CONTEXT),
                  text -> {
                    pieces.add(text);
                    if (pieces.size() == 3) {
                      Thread.currentThread().interrupt();
                    }
                    return true;
                  },
                  RunControl.NONE));
      assertEquals(3, pieces.size());
      assertThrows(CancelledException.class, () -> vector(embedder(loaded), "a"));
      assertTrue(Thread.interrupted(), "it stays interrupted");
      assertEquals(expected, answer(session, 0));
    }
  }

  @Test
  void whoeverWaitsCanBeStopped() throws Exception {
    try (LoadedModel loaded = Setup.REPACKED.open(Setup.DEMO);
        Session one = session(loaded);
        Session two = session(loaded)) {
      List<Integer> expected = answer(one, 1);
      Turns turns = ((SharedModel) loaded.model()).turns();
      AtomicBoolean stop = new AtomicBoolean();
      RunControl control =
          new RunControl() {
            @Override
            public boolean cancelled() {
              return stop.get();
            }
          };
      Task<Boolean> interrupted;
      Task<Object> cancelled;
      try (Model.Turn _ = loaded.model().turn(RunControl.NONE)) {
        interrupted =
            Tasks.start(() -> {
              assertThrows(CancelledException.class, () -> answer(one, 1));
              return Thread.currentThread().isInterrupted();
            });
        cancelled =
            Tasks.start(() -> two.generate(prompt(1), tokens(TOKENS), text -> true, control));
        Tasks.until(() -> turns.length() == 2);
        interrupted.thread().interrupt();
        assertTrue(interrupted.get());
        stop.set(true);
        cancelled.failure(CancelledException.class);
      }
      assertEquals(expected, answer(one, 1));
      assertEquals(expected, answer(two, 1));
    }
  }

  @Test
  void closingWaitsForTheRunningStep() throws Exception {
    LoadedModel loaded = Setup.REPACKED.open(Setup.DEMO);
    Session session = session(loaded);
    Turns turns = ((SharedModel) loaded.model()).turns();
    Task<Boolean> closer;
    try (Model.Turn _ = loaded.model().turn(RunControl.NONE)) {
      Task<List<Integer>> waiter = Tasks.start(() -> answer(session, 1));
      Tasks.until(() -> turns.length() == 1);
      closer =
          Tasks.start(() -> {
            loaded.close();
            return true;
          });
      waiter.failure(ClosedException.class);
      assertFalse(closer.ended());
      KvCache cache = loaded.model().newCache(4, KvType.F32); // the step is not over
      assertEquals(
          loaded.model().config().vocabulary(),
          loaded.model().forward(new int[] {1}, 0, cache, Model.Wanted.LAST).length);
    }
    assertTrue(closer.get());
    session.close();
  }

  /** A channel is closed for all threads when one that reads is interrupted. */
  @Test
  void anInterruptedThreadClosesNoFileForTheOthers() throws IOException {
    try (ModelChannels files = ModelChannels.open(List.of(Setup.DEMO))) {
      Thread.currentThread().interrupt();
      byte[] magic = files.bytes(0, 4);
      assertTrue(Thread.interrupted());
      assertEquals("GGUF", new String(magic, StandardCharsets.US_ASCII));
      byte[] again = new byte[4];
      files.read(0, MemorySegment.ofArray(again), () -> false);
      assertArrayEquals(magic, again);
      assertThrows(IndexOutOfBoundsException.class, () -> files.bytes(files.size() - 2, 4));
    }
  }

  @Test
  void aMappingIsClosedOnceAndGivesNothingAfterwards() {
    MappedWeights weights = MappedWeights.open(Setup.DEMO);
    weights.close();
    weights.close();
    assertThrows(ClosedException.class, () -> weights.view(0, 4));
  }
}
