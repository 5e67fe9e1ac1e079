package io.wasmchord.cli.files;

import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.evaluation.Comparison;
import io.wasmchord.evaluation.Evaluator;
import io.wasmchord.evaluation.LogitsFile;
import io.wasmchord.evaluation.Perplexity;
import io.wasmchord.evaluation.Windows;
import io.wasmchord.jvm.Backend;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.MappedWeights;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How well a model predicts a text, and how it differs from another one. */
@Command(
    name = "perplexity",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how well a model predicts a text, as llama.cpp's perplexity does: windows of the",
      "text are read, each from its start, and tokens of the second half are scored.",
      "Also how it differs from a reference: a file of logits, another model, another backend."
    })
public final class PerplexityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "TEXT",
      description = "The text, in UTF-8; not needed with --kl-divergence.")
  private @Nullable Path text;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of a window (default: ${DEFAULT-VALUE}).")
  private int context = Windows.Options.DEFAULT.context();

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "A window begins every N tokens, and its last N are scored.")
  private int stride;

  @Option(names = "--chunks", paramLabel = "N", description = "At most N windows (default: all).")
  private int chunks;

  @Option(
      names = "--save-logits",
      paramLabel = "FILE",
      description = "Writes the scored tokens' log-probabilities, in llama.cpp's format.")
  private @Nullable Path save;

  @Option(
      names = "--kl-divergence",
      paramLabel = "FILE",
      description = "Compares with what --save-logits, or llama.cpp, has written of another model.")
  private @Nullable Path reference;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = "Compares with another model, which is the reference.")
  private @Nullable String against;

  @Option(
      names = "--against-backend",
      paramLabel = "BACKEND",
      description = "Compares with the same model on another backend: ${COMPLETION-CANDIDATES}.")
  private @Nullable Backend backend;

  @Override
  public Integer call() {
    check();
    WholeFile target = save == null ? null : WholeFile.at(save);
    String read = text == null ? "" : Texts.read(text);
    PrintWriter err = spec.commandLine().getErr();
    try (LoadedModel loaded = model.open(err, builder -> builder.contextAtMost(context))) {
      Evaluator evaluator = evaluator(loaded);
      if (reference != null) {
        report(againstFile(evaluator, loaded, reference));
        return 0;
      }
      Windows windows = evaluator.windows(read, options());
      if (against != null || backend != null) {
        try (LoadedModel other = model.openOther(err, against, backend, context)) {
          report(evaluator.compare(windows, evaluator(other), this::told, progress()));
        }
        return 0;
      }
      print(
          "perplexity",
          target == null
              ? evaluator.perplexity(windows, this::told, progress())
              : saved(evaluator, windows, target));
      return 0;
    }
  }

  private Windows.Options options() {
    return new Windows.Options(context, stride, chunks);
  }

  /** What is better said before a model is loaded. */
  private void check() {
    options();
    long ways = Stream.of(save, reference, against, backend).filter(Objects::nonNull).count();
    if (ways > 1) {
      throw new InvalidRequestException(
          "--save-logits, --kl-divergence, --against and --against-backend exclude each other");
    }
    if ((text == null) == (reference == null)) {
      throw new InvalidRequestException(
          reference == null
              ? "no text is named; name one with -f FILE"
              : "-f and --kl-divergence exclude each other: the file has its own tokens");
    }
  }

  private Evaluator evaluator(LoadedModel of) {
    return new Evaluator(of.model(), of.tokenizer(), model.kvCache());
  }

  private Progress progress() {
    return new Progress(spec.commandLine().getErr());
  }

  /** The perplexity so far, where whoever waits may read it. */
  private void told(int windows, Perplexity soFar) {
    PrintWriter err = spec.commandLine().getErr();
    err.print(String.format(Locale.ROOT, "[%d]%.4f,", windows, soFar.value()));
    err.flush();
  }

  private Perplexity saved(Evaluator evaluator, Windows windows, WholeFile target) {
    AtomicReference<Perplexity> told = new AtomicReference<>();
    target.write(out ->
        told.set(evaluator.save(windows, bytes -> write(out, bytes), this::told, progress())));
    return Objects.requireNonNull(told.get());
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Comparison againstFile(Evaluator evaluator, LoadedModel loaded, Path path) {
    try (MappedWeights mapped = MappedWeights.open(path)) {
      LogitsFile file =
          LogitsFile.of(
              mapped.view(0, mapped.size()), mapped.name(), loaded.tokenizer(), evaluator.tokens());
      return evaluator.compare(file, this::told, progress());
    }
  }

  private void print(String what, Perplexity one) {
    spec.commandLine().getErr().println();
    line(what, spread(one.value(), one.error(), 4) + " (" + one.tokens() + " tokens)");
  }

  private void report(Comparison compared) {
    print("perplexity", compared.perplexity());
    Perplexity base = compared.reference();
    line("of the reference", spread(base.value(), base.error(), 4));
    Comparison.Divergence kl = compared.divergence();
    line("KL divergence, mean", spread(kl.mean(), kl.error(), 6));
    line("median", number(kl.median(), 6));
    line("99 % are at most", number(kl.most99(), 6));
    line("largest", number(kl.most(), 6));
    line("same best token", number(100 * compared.agreement(), 3) + " %");
  }

  private static String spread(double value, double error, int digits) {
    return number(value, digits) + " +/- " + number(error, digits);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private void line(String what, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%-20s %s", what, value));
    out.flush();
  }
}
