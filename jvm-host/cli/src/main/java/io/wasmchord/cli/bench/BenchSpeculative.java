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
import io.wasmchord.session.speculation.SpeculationOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What looking tokens up gains, beside plain decoding in the same run: on a program that is to be
 * changed and an article that is to be summarized, whose answers are given, and on what the model
 * itself answers.
 */
final class BenchSpeculative {
  private static final List<String> TASKS = List.of("edit", "summary");

  private BenchSpeculative() {}

  static void report(LoadedModel loaded, int tokens, int runs, KvType cache, ObjectNode node) {
    if (loaded.model().config().recurrent() || loaded.model().config().stacks().decodes()) {
      throw new InvalidRequestException(
          loaded.file().fileName()
              + " cannot take tokens back, so nothing is proposed to it; leave out --speculative");
    }
    for (String task : TASKS) {
      int[] prompt = loaded.tokenizer().encode(text(task + "-prompt"), true, false);
      int[] answer = loaded.tokenizer().encode(text(task + "-answer"), false, false);
      Model scripted = new DictatedModel(loaded.model(), DictatedModel.joined(prompt, answer));
      measure(loaded, scripted, prompt, answer.length, cache, runs, node, task);
    }
    int[] own = loaded.tokenizer().encode(text("summary-prompt"), true, false);
    measure(loaded, loaded.model(), own, tokens, cache, runs, node, "own");
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

  private static void measure(
      LoadedModel loaded,
      Model model,
      int[] prompt,
      int tokens,
      KvType cache,
      int runs,
      ObjectNode node,
      String task) {
    List<Double> plain = new ArrayList<>();
    List<Double> proposed = new ArrayList<>();
    int drafted = 0;
    int accepted = 0;
    int context = Math.min(prompt.length + tokens, model.config().contextLength());
    int[] fitting = Arrays.copyOf(prompt, Math.min(prompt.length, Math.max(1, context - tokens)));
    for (int run = 0; run <= runs; run++) {
      try (Session a = new Session(model, loaded.tokenizer(), context, cache, Clock.system());
          Session b = new Session(model, loaded.tokenizer(), context, cache, Clock.system())) {
        GenerationResult without = answer(a, fitting, tokens, SpeculationOptions.OFF);
        GenerationResult with = answer(b, fitting, tokens, SpeculationOptions.LOOKUP);
        if (!Arrays.equals(without.tokens(), with.tokens())) {
          throw new GenerationException(
              "proposals changed the answer of '" + task + "'; the figures would mean nothing");
        }
        if (run > 0) { // the first warms up
          plain.add(without.decodePerSecond());
          proposed.add(with.decodePerSecond());
          drafted += with.proposals().drafted();
          accepted += with.proposals().accepted();
        }
      }
    }
    double before = median(plain);
    double after = median(proposed);
    String name = "speculative_" + task + "_";
    node.put(name + "plain_tokens_per_s", before);
    node.put(name + "lookup_tokens_per_s", after);
    node.put(name + "drafted", drafted / runs).put(name + "accepted", accepted / runs);
    node.put(name + "ratio", Math.round(100 * after / before) / 100.0);
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
