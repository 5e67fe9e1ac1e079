package io.wasmchord.cli.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.session.TokenScore;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how it is told how likely an answer's tokens were. */
public final class LogprobOptions {
  @Option(
      names = "--logprobs",
      paramLabel = "N",
      description = {
        "After the answer a line for each of its tokens: its log-probability before the samplers,",
        "the token, and the N most likely ones (0 to 20)."
      })
  private @Nullable Integer most;

  @Option(
      names = "--logprobs-after-samplers",
      description = "Log-probabilities of what the samplers left, instead.")
  private boolean after;

  /** What is wanted, or null. */
  @Nullable ScoreOptions scores() {
    if (most == null && after) {
      throw new InvalidRequestException("--logprobs-after-samplers needs --logprobs N");
    }
    return most == null ? null : new ScoreOptions(most, after, false);
  }

  /** Prints a line for each token. */
  static void print(PrintWriter out, List<TokenScore> scores) {
    for (TokenScore score : scores) {
      StringBuilder line = new StringBuilder(shown(score));
      score.likely().forEach(one -> line.append(" | ").append(shown(one)));
      out.println(line);
    }
    out.flush();
  }

  private static String shown(TokenScore score) {
    String text = new String(score.bytes(), StandardCharsets.UTF_8);
    return String.format(
        Locale.ROOT, "%.4f %s", score.logprob(), JsonWriter.json(JsonValue.of(text)));
  }
}
