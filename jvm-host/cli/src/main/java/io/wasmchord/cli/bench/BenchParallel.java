package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationBatch;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How many tokens several sequences decode together, beside one. */
final class BenchParallel {
  private static final int PROMPT = 8; // all prompts fit one batch
  private static final int MOST = LoadedModel.BATCH / PROMPT;

  private final LoadedModel loaded;
  private final int tokens;
  private final KvType cache;
  private final List<int[]> alone = new ArrayList<>();

  /**
   * @param tokens of each answer
   */
  BenchParallel(LoadedModel loaded, int tokens, KvType cache) {
    this.loaded = loaded;
    this.tokens = tokens;
    this.cache = cache;
  }

  /** Checks counts before anything is measured. */
  static void check(List<Integer> counts) {
    for (int count : counts) {
      if (count < 1 || count > MOST) {
        throw new InvalidRequestException(
            "--parallel is " + count + "; it is from 1 to " + MOST + " sequences");
      }
    }
  }

  /**
   * Measures so many sequences together. Their answers must be those of single ones.
   *
   * @param counts numbers of sequences; the first is what the others are compared with
   */
  void report(List<Integer> counts, int runs, ObjectNode node) {
    for (int i = 0; i < Collections.max(counts); i++) {
      alone.add(together(List.of(i)).answers.getFirst());
    }
    List<List<Double>> speeds = new ArrayList<>();
    counts.forEach(count -> speeds.add(new ArrayList<>()));
    for (int run = 0; run <= runs; run++) {
      for (int i = 0; i < counts.size(); i++) {
        double speed = checked(counts.get(i));
        if (run > 0) { // the first warms up
          speeds.get(i).add(speed);
        }
      }
    }
    double first = median(speeds.getFirst());
    for (int i = 0; i < counts.size(); i++) {
      String name = "parallel_" + counts.get(i);
      double speed = median(speeds.get(i));
      node.put(name + "_tokens_per_s", speed);
      if (i > 0) {
        node.put(name + "_ratio", Math.round(100 * speed / first) / 100.0);
      }
    }
  }

  private double checked(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    Run run = together(numbers);
    for (int i = 0; i < count; i++) {
      if (!Arrays.equals(alone.get(i), run.answers.get(i))) {
        throw new GenerationException(
            "a sequence gave other tokens beside others than alone; the figures would mean nothing");
      }
    }
    return run.perSecond;
  }

  /**
   * What sequences gave.
   *
   * @param perSecond tokens of all of them after the first of each
   */
  private record Run(List<int[]> answers, double perSecond) {}

  private Run together(List<Integer> numbers) {
    GenerationBatch batch = new GenerationBatch();
    List<Session> sessions = new ArrayList<>();
    List<Generation> generations = new ArrayList<>();
    try {
      for (int number : numbers) {
        Session session =
            new Session(loaded.model(), loaded.tokenizer(), PROMPT + tokens, cache, Clock.system());
        sessions.add(session);
        GenerationOptions options =
            new GenerationOptions(tokens, List.of(), SamplerOptions.greedy(), true);
        generations.add(session.start(prompt(number), options));
        batch.add(generations.getLast(), text -> true);
      }
      batch.step(RunControl.NONE); // the prompts
      long start = System.nanoTime();
      while (batch.size() > 0) {
        batch.step(RunControl.NONE);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Run(
          generations.stream().map(g -> g.result().tokens()).toList(),
          numbers.size() * (tokens - 1) / seconds);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  private int[] prompt(int number) {
    int vocabulary = loaded.model().config().vocabulary();
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = (int) (((i + 31L * number) * 2654435761L + 17) % vocabulary);
    }
    return prompt;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
