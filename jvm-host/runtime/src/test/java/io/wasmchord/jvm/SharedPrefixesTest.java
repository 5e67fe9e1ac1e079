package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.Tasks.Task;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a model begin with what others hold, from any thread, and say the same. */
class SharedPrefixesTest {
  private static final int[] SYSTEM = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12, 7, 7, 3, 2, 19};
  private static final GenerationOptions OPTIONS =
      new GenerationOptions(6, List.of(), SamplerOptions.greedy(), true);

  @TempDir private Path folder;

  private LoadedModelBuilder builder(String name) throws IOException {
    Path file = TinyFiles.file(name).write(folder.resolve(name + ".gguf"));
    return LoadedModel.builder(file).threads(1).contextAtMost(64);
  }

  private static int[] prompt(int number) {
    int[] prompt = Arrays.copyOf(SYSTEM, SYSTEM.length + 2);
    prompt[SYSTEM.length] = 3 + number;
    prompt[SYSTEM.length + 1] = 5;
    return prompt;
  }

  private static GenerationResult answer(Session session, int number) {
    return session.generate(prompt(number), OPTIONS, text -> true, RunControl.NONE);
  }

  private static List<int[]> alone(LoadedModel model) {
    List<int[]> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      try (Session one =
          new Session(model.model(), model.tokenizer(), model.contextLength(), Clock.system())) {
        answers.add(answer(one, i).tokens());
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "qwen3next"})
  void threadsShareWhatTheyReadAndSayWhatTheyWouldAlone(String name) throws Exception {
    try (LoadedModel model = builder(name).load()) {
      List<int[]> expected = alone(model);
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        int first = t;
        tasks.add(
            Tasks.start(() -> {
              int cached = 0;
              for (int i = first; i < first + 4; i++) {
                try (Session session = model.session();
                    Session copy = session.copy()) {
                  GenerationResult result = answer(session, i % 4);
                  cached += result.cachedTokens();
                  assertArrayEquals(expected.get(i % 4), result.tokens());
                  assertArrayEquals(expected.get((i + 1) % 4), answer(copy, (i + 1) % 4).tokens());
                }
              }
              return cached;
            }));
      }
      int cached = 0;
      for (Task<Integer> task : tasks) {
        cached += task.get();
      }
      boolean anywhere = !model.model().config().recurrent(); // else at its checkpoints
      assertEquals(anywhere, cached > 0);
    }
  }

  @Test
  void whatClosedSessionsHeldIsBoundedAndPartOfTheBudget() throws IOException {
    try (LoadedModel model = builder("llama").load()) {
      try (Session session = model.session()) {
        assertEquals(0, answer(session, 0).cachedTokens());
      }
      try (Session session = model.session()) {
        assertEquals(SYSTEM.length, answer(session, 1).cachedTokens());
      }
    }
    long budget = 8 << 20;
    for (LoadedModelBuilder none :
        List.of(builder("llama").prefixMemory(0), builder("llama").memory(budget))) {
      try (LoadedModel model = none.load()) {
        long[] left = new long[2];
        for (int i = 0; i < 2; i++) { // the first answer interleaves the weights
          try (Session session = model.session()) {
            answer(session, i);
          }
          left[i] = model.allocatedBytes();
        }
        assertEquals(left[0], left[1], "nothing is kept");
      }
    }
    LoadedModelBuilder all = builder("llama").memory(budget).prefixMemory(budget);
    assertThrows(OutOfMemoryException.class, all::load);
    assertThrows(InvalidRequestException.class, () -> all.prefixMemory(-1));
  }
}
