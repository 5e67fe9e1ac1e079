package io.wasmchord.cli.files;

import io.wasmchord.api.ClassificationAnswer;
import io.wasmchord.api.ClassificationRequest;
import io.wasmchord.api.TokenInput;
import io.wasmchord.classification.ScoreFunction;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.jvm.LoadedModel;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Texts to labels. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the labels that a classifier gives texts, a text a line, the best label first.",
      "Texts are TEXT..., or the lines of a file, or else those of standard input."
    })
public final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private TextInputs texts = new TextInputs();
  @Mixin private LongestText longest = new LongestText();

  @Option(
      names = "--top-n",
      paramLabel = "N",
      description = "Print the N best labels (default: all).")
  private @Nullable Integer topN;

  @Option(
      names = "--function",
      paramLabel = "KIND",
      description = {
        "What becomes of the model's numbers: softmax (one label is meant), sigmoid (any may be),"
            + " or none.",
        "By default softmax where there are several labels, and sigmoid where there is one."
      })
  private @Nullable ScoreFunction function;

  @Option(names = "--json", description = "Print the answer as JSON, as the JS module gives it.")
  private boolean json;

  @Option(names = "--truncate", description = "Cut texts beyond the context, do not refuse them.")
  private boolean truncate;

  @Override
  public Integer call() {
    if (topN != null && topN < 1) {
      throw new ParameterException(spec.commandLine(), "--top-n is " + topN + "; it is 1 or more");
    }
    ClassificationRequest request =
        new ClassificationRequest(
            texts.read(spec.commandLine()).stream().<TokenInput>map(TokenInput.Text::new).toList(),
            topN,
            function,
            truncate,
            null);
    try (LoadedModel loaded = model.open(spec.commandLine().getErr(), longest::set)) {
      print(answer(request, loaded), spec.commandLine().getOut());
      return 0;
    }
  }

  private ClassificationAnswer answer(ClassificationRequest request, LoadedModel loaded) {
    TextClassifier classifier = loaded.classifier();
    int count = request.input().size();
    Progress progress = new Progress(spec.commandLine().getErr());
    List<List<TextClassifier.Label>> labels = new ArrayList<>();
    int tokens = 0;
    try (TextSequence sequence =
        classifier.sequence(count, Inputs.named("text", at -> request.tokens(at, classifier)))) {
      while (sequence.hasMore()) {
        TextSequence.Text done = sequence.next(progress);
        tokens += done.tokens();
        labels.add(request.labels(done.classified(), classifier));
        progress.progress("classify", labels.size(), count);
      }
    }
    progress.end();
    return new ClassificationAnswer(Inputs.modelName(loaded.file()), labels, tokens);
  }

  private void print(ClassificationAnswer answer, PrintWriter out) {
    if (json) {
      out.println(answer.json());
    } else {
      for (List<TextClassifier.Label> labels : answer.texts()) {
        out.println(
            labels.stream()
                .map(l -> String.format(Locale.ROOT, "%s %.6f", l.name(), l.score()))
                .collect(Collectors.joining("\t")));
      }
    }
    out.flush();
  }
}
