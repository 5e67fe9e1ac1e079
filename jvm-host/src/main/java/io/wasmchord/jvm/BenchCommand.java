package io.wasmchord.jvm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationException;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures speed, after checking that the answer is the same every time. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures load, prefill and decode; medians of several runs.")
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "-p",
      defaultValue = "128",
      paramLabel = "N",
      description = "Prompt tokens (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "-n",
      defaultValue = "64",
      paramLabel = "N",
      description = "Tokens to generate (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--runs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Counted runs (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (LoadedModel loaded = model.open(spec.commandLine().getErr())) {
      int vocabulary = loaded.model().config().vocabulary();
      int[] prompt = new int[promptTokens];
      for (int i = 0; i < prompt.length; i++) {
        prompt[i] = (int) ((i * 2654435761L + 17) % vocabulary);
      }
      GenerationResult first = run(loaded, prompt);
      GenerationResult[] results = new GenerationResult[Math.max(1, runs)];
      for (int i = 0; i < results.length; i++) {
        results[i] = run(loaded, prompt);
        if (!Arrays.equals(first.tokens(), results[i].tokens())) {
          throw new GenerationException(
              "run " + i + " gave other tokens than the warm-up; the figures would mean nothing");
        }
      }
      report(loaded, results);
      return 0;
    }
  }

  private GenerationResult run(LoadedModel loaded, int[] prompt) {
    Session session =
        new Session(loaded.model(), loaded.tokenizer(), prompt.length + newTokens, Clock.system());
    return session.generate(
        prompt,
        new GenerationOptions(newTokens, List.of(), SamplerOptions.greedy(), true),
        text -> true,
        RunControl.NONE);
  }

  private static double median(
      GenerationResult[] results, ToDoubleFunction<GenerationResult> figure) {
    double[] values = Arrays.stream(results).mapToDouble(figure).sorted().toArray();
    return Math.round(values[values.length / 2] * 100) / 100.0;
  }

  private void report(LoadedModel loaded, GenerationResult[] results) throws IOException {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("model", loaded.file().fileName()).put("bytes", loaded.weights().size());
    node.put(
        "machine",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores");
    node.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    node.put("backend", loaded.backend())
        .put("threads", model.threads())
        .put("runs", results.length);
    node.put("load_ms", Math.round(loaded.loadNanos() / 1e4) / 100.0);
    node.put("prompt_tokens", promptTokens).put("new_tokens", results[0].tokens().length);
    node.put("prefill_tokens_per_s", median(results, GenerationResult::prefillPerSecond));
    node.put("first_token_ms", median(results, r -> r.firstTokenNanos() / 1e6));
    node.put("decode_tokens_per_s", median(results, GenerationResult::decodePerSecond));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } else {
      node.properties().forEach(e -> out.println(e.getKey() + ": " + e.getValue().asText()));
    }
    out.flush();
  }
}
