package io.wasmchord.cli.files;

import io.wasmchord.api.RerankAnswer;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.classification.Ranker;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModel;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How well documents fit a query. */
@Command(
    name = "rerank",
    mixinStandardHelpOptions = true,
    description = {
      "Prints how well documents fit a query, the best first: score, number and text.",
      "Documents are TEXT..., or the lines of a file, or else those of standard input."
    })
public final class RerankCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private TextInputs texts = new TextInputs();
  @Mixin private LongestText longest = new LongestText();

  @Option(
      names = {"-q", "--query"},
      paramLabel = "TEXT",
      required = true,
      description = "What is looked for.")
  private String query = "";

  @Option(names = "--top-n", paramLabel = "N", description = "Print the N best (default: all).")
  private @Nullable Integer topN;

  @Option(names = "--json", description = "Print the answer as JSON, as the JS module gives it.")
  private boolean json;

  @Option(
      names = "--raw-scores",
      description = "Print the model's own numbers, as llama.cpp does, and not scores from 0 to 1.")
  private boolean raw;

  @Option(
      names = "--truncate",
      description = "Cut documents that do not fit with the query, do not refuse them.")
  private boolean truncate;

  @Override
  public Integer call() {
    if (topN != null && topN < 1) {
      throw new ParameterException(spec.commandLine(), "--top-n is " + topN + "; it is 1 or more");
    }
    if (query.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--query is empty");
    }
    RerankRequest request =
        new RerankRequest(query, texts.read(spec.commandLine()), topN, json, raw, truncate, null);
    try (LoadedModel loaded = model.open(spec.commandLine().getErr(), longest::set)) {
      RerankAnswer answer = answer(request, loaded);
      print(answer, spec.commandLine().getOut());
      return 0;
    }
  }

  private RerankAnswer answer(RerankRequest request, LoadedModel loaded) {
    Ranker ranker = loaded.ranker();
    int count = request.documents().size();
    Progress progress = new Progress(spec.commandLine().getErr());
    List<Double> scores = new ArrayList<>();
    int tokens = 0;
    try (TextSequence pairs =
        ranker.sequence(count, Inputs.named("document", at -> tokens(request, at, ranker)))) {
      while (pairs.hasMore()) {
        TextSequence.Text done = pairs.next(progress);
        tokens += done.tokens();
        scores.add(ranker.score(done.classified(), request.rawScores()));
        progress.progress("rerank", scores.size(), count);
      }
    }
    progress.end();
    return RerankAnswer.of(request, Inputs.modelName(loaded.file()), scores, tokens);
  }

  private static int[] tokens(RerankRequest request, int at, Ranker ranker) {
    String document = request.documents().get(at);
    if (document.isEmpty()) {
      throw new InvalidRequestException("it is empty");
    }
    return ranker.tokens(request.query(), document, request.truncate());
  }

  private void print(RerankAnswer answer, PrintWriter out) {
    if (json) {
      out.println(answer.json(true));
    } else {
      for (RerankAnswer.Result result : answer.results()) {
        out.println(
            String.format(
                Locale.ROOT,
                "%.6f\t%d\t%s",
                result.score(),
                result.index() + 1,
                result.document()));
      }
    }
    out.flush();
  }
}
