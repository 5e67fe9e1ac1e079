package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.session.speculation.Proposals;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What looking tokens up gains, beside plain decoding in the same run: on a program that is to be
 * changed and an article that is to be summarized, whose answers are given, and on what the model
 * itself answers.
 */
final class BenchSpeculative {
  private static final List<String> TASKS = List.of("edit", "summary");
  private static final int WARM = 12; // tokens of the first answers, which are not counted

  private final LoadedModel loaded;
  private final int tokens;
  private final int runs;
  private final KvType cache;
  private final PrintWriter progress;

  /**
   * @param tokens of each answer at most
   * @param runs of each answer, plain and with proposals in turn
   * @param progress is told what each of them gave
   */
  BenchSpeculative(LoadedModel loaded, int tokens, int runs, KvType cache, PrintWriter progress) {
    this.loaded = loaded;
    this.tokens = tokens;
    this.runs = runs;
    this.cache = cache;
    this.progress = progress;
  }

  void report(ObjectNode node) {
    if (loaded.model().config().stacks().decodes()) {
      throw new InvalidRequestException(
          loaded.file().fileName()
              + " has an encoder for its prompts, which these are not made for; leave out"
              + " --speculative");
    }
    for (String task : TASKS) {
      int[] prompt = loaded.tokenizer().encode(text(task + "-prompt"), true, false);
      int[] answer = loaded.tokenizer().encode(text(task + "-answer"), false, false);
      Model dictated = new DictatedModel(loaded.model(), DictatedModel.joined(prompt, answer));
      measure(dictated, prompt, Math.min(tokens, answer.length), node, task);
    }
    int[] own = loaded.tokenizer().encode(text("summary-prompt"), true, false);
    measure(loaded.model(), own, tokens, node, "own");
  }

  private static String text(String name) {
    String path = "/bench/speculative/" + name + ".txt";
    try (InputStream in =
        Objects.requireNonNull(BenchSpeculative.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One session answers in both ways in turn, and computes the prompt once. */
  private void measure(Model model, int[] prompt, int answer, ObjectNode node, String task) {
    List<Double> plain = new ArrayList<>();
    List<Double> proposed = new ArrayList<>();
    Proposals proposals = Proposals.NONE;
    int context = Math.min(prompt.length + answer, model.config().contextLength());
    int[] fitting = Arrays.copyOf(prompt, Math.min(prompt.length, Math.max(1, context - answer)));
    progress.println(
        task + ": " + fitting.length + " tokens of a prompt, " + answer + " to answer");
    progress.flush();
    try (Session session = new Session(model, loaded.tokenizer(), context, cache, Clock.system())) {
      compare(session, fitting, Math.min(WARM, answer), task);
      for (int run = 1; run <= runs; run++) {
        Pair pair = compare(session, fitting, answer, task);
        plain.add(pair.plain.decodePerSecond());
        proposed.add(pair.proposed.decodePerSecond());
        proposals = pair.proposed.proposals();
        progress.printf(
            Locale.ROOT,
            "%s, run %d of %d: %.2f tokens/s, with proposals %.2f%n",
            task,
            run,
            runs,
            plain.getLast(),
            proposed.getLast());
        progress.flush();
      }
    }
    double before = median(plain);
    double after = median(proposed);
    String name = "speculative_" + task + "_";
    node.put(name + "tokens", answer);
    node.put(name + "plain_tokens_per_s", before);
    node.put(name + "lookup_tokens_per_s", after);
    node.put(name + "drafted", proposals.drafted()).put(name + "accepted", proposals.accepted());
    node.put(name + "ratio", Math.round(100 * after / before) / 100.0);
  }

  /** The same answer in both ways. */
  private record Pair(GenerationResult plain, GenerationResult proposed) {}

  private static Pair compare(Session session, int[] prompt, int tokens, String task) {
    Pair pair =
        new Pair(
            answer(session, prompt, tokens, SpeculationOptions.OFF),
            answer(session, prompt, tokens, SpeculationOptions.LOOKUP));
    if (!Arrays.equals(pair.plain.tokens(), pair.proposed.tokens())) {
      throw new GenerationException(
          "proposals changed the answer of '" + task + "'; the figures would mean nothing");
    }
    return pair;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return Math.round(100 * sorted.get(sorted.size() / 2)) / 100.0;
  }

  private static GenerationResult answer(
      Session session, int[] prompt, int tokens, SpeculationOptions how) {
    GenerationOptions options =
        new GenerationOptions(tokens, List.of(), SamplerOptions.greedy(), true)
            .withSpeculation(how);
    return session.generate(prompt, options, text -> true, RunControl.NONE);
  }
}
