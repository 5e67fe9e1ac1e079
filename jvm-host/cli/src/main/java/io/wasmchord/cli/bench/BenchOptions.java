package io.wasmchord.cli.bench;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;
import picocli.CommandLine.Option;

/** What a benchmark asks, here or in a browser, and how it answers. */
public final class BenchOptions {
  @Option(
      names = {"-p", "--prompts"},
      split = ",",
      defaultValue = "128,512",
      paramLabel = "N",
      description = "Tokens of the prompts (default: ${DEFAULT-VALUE}).")
  private List<Integer> lengths = List.of();

  @Option(
      names = "-n",
      defaultValue = "64",
      paramLabel = "N",
      description = "Tokens to generate after each (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--runs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Counted runs (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  /** Tokens of each prompt. */
  public List<Integer> lengths() {
    lengths.forEach(length -> atLeastOne("--prompts", length));
    return lengths;
  }

  /** How many tokens are generated after each. */
  public int tokens() {
    return atLeastOne("-n", tokens);
  }

  /** How many runs are counted. */
  public int runs() {
    return atLeastOne("--runs", runs);
  }

  /** Whether the report is JSON. */
  public boolean json() {
    return json;
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new InvalidRequestException(option + " is " + value + "; at least 1 is needed");
    }
    return value;
  }
}
