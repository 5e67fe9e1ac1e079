package io.wasmchord.cli.files;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which logits to compute and where they go, here or in a browser. */
public final class LogitsOptions {
  /** Which rows are written. */
  public enum Positions {
    ALL,
    LAST
  }

  @Option(
      names = "--tokens",
      required = true,
      split = ",",
      paramLabel = "ID",
      description = "Token ids, separated by commas.")
  private List<Integer> tokens = List.of();

  @Option(
      names = "--greedy",
      defaultValue = "0",
      paramLabel = "N",
      description = "Feed back N greedy tokens.")
  private int greedy;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the rows go.")
  private Path out = Path.of("");

  @Option(
      names = "--positions",
      defaultValue = "all",
      description = "all: a row per position; last: one row.")
  private Positions positions = Positions.ALL;

  /** What is fed first. */
  public List<Integer> tokens() {
    return tokens;
  }

  /** How many tokens of the model's own choice follow. */
  public int greedy() {
    return greedy;
  }

  /** The file of rows. */
  public Path out() {
    return out;
  }

  public Positions positions() {
    return positions;
  }
}
