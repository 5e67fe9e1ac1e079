package io.wasmchord.cli.chat;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.api.SessionNotes;
import io.wasmchord.api.TokenInput;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.options.SpeculationChoice;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.speculation.Proposals;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a text, or chats. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Continues a text, or chats. Without -p it chats until /exit, as chord chat does;",
      "/help lists what else can be typed.",
      "Ctrl-C ends the answer under way, and at the prompt the program."
    })
public final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ChatOptions chatting = new ChatOptions();
  @Mixin private SessionFiles files = new SessionFiles();
  @Mixin private JournalFile journal = new JournalFile();
  @Mixin private LogprobOptions logprobs = new LogprobOptions();

  @ArgGroup(exclusive = true)
  private ConstraintOptions form = new ConstraintOptions();

  @ArgGroup(exclusive = true)
  private SpeculationChoice speculation = new SpeculationChoice();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = {
        "The text to continue, or with --chat the question;",
        "of an encoder-decoder (T5), what its encoder takes."
      })
  private @Nullable String prompt;

  @Option(
      names = {"-n", "--max-tokens"},
      defaultValue = "512",
      paramLabel = "N",
      description = "At most N tokens (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--min-tokens",
      paramLabel = "N",
      description = "The answer does not end by itself before N tokens.")
  private int minTokens;

  @Option(names = "--chat", description = "Treat the prompt as a message to the model.")
  private boolean chat;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      description = "Longest sequence in tokens (default: the model's, at most 4096).")
  private int context;

  @Option(
      names = "--answers",
      defaultValue = "1",
      paramLabel = "N",
      description = {
        "N answers to the prompt, generated together; the first has the seed,",
        "each next one the seed after it (default: ${DEFAULT-VALUE})."
      })
  private int several;

  private @Nullable Language language;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    logprobs.scores(); // refused before a model is loaded, as what follows
    language = form.language();
    SeveralAnswers.check(several);
    files.check(several);
    journal.check(prompt != null, several);
    if (several > 1 && prompt == null) {
      throw new InvalidRequestException("--answers needs a prompt; give one with -p");
    }
    try (LoadedModel smaller = speculation.open(model, context, err);
        LoadedModel loaded =
            model.open(err, b -> speculation.set(context == 0 ? b : b.context(context), smaller));
        LineInput lines = TerminalLines.open(ChatCommands.words(), null)) {
      SessionFiles.Opened opened = files.open(loaded);
      OpenSession session = opened.session();
      Answers answers =
          new Answers(
              (ids, options) -> journal.begin(loaded, session.session(), ids, options),
              loaded.tokenizer(),
              out,
              lines,
              this::params);
      if (prompt != null && !chat) {
        CompletionRequest request =
            new CompletionRequest(
                new TokenInput.Text(opened.notes().text() + prompt), answers.params().get());
        int[] ids = request.tokens(loaded.tokenizer(), 0);
        if (several > 1) {
          return several(
              loaded,
              new SeveralAnswers.Question(
                  ids,
                  request.params().options(),
                  writer -> new AnswerPrinter(writer, loaded.tokenizer())),
              lines);
        }
        AnswerPrinter printer = new AnswerPrinter(out, loaded.tokenizer());
        Answers.Outcome outcome = answers.generate(ids, request.params().options(), printer);
        String said = outcome.result() == null ? "" : outcome.result().text();
        String text = opened.notes().text() + prompt + said;
        files.save(session, new SessionNotes(List.of(), text));
        return report(loaded, outcome);
      }
      ChatCompletionRequest asked = chatting.request(answers.params().get());
      Conversation conversation =
          new Conversation(chatting, asked, chatting.format(asked, loaded, err), answers);
      conversation.goOn(opened.notes().messages());
      if (prompt != null && several > 1) {
        return several(loaded, conversation.question(prompt), lines);
      }
      int code = 0;
      if (prompt != null) {
        code = report(loaded, conversation.ask(prompt));
      } else {
        new ChatTerminal(conversation, session, lines, err).run();
      }
      files.save(session, new SessionNotes(conversation.messages(), ""));
      return code;
    }
  }

  private GenerationParams params() {
    SamplerOptions chosen = sampling.options();
    return GenerationParams.defaults(chosen.seed())
        .withSampling(chosen)
        .withTokens(minTokens, maxTokens)
        .with(language)
        .withSpeculation(speculation.options())
        .withScores(logprobs.scores());
  }

  private int several(LoadedModel loaded, SeveralAnswers.Question question, LineInput lines) {
    PrintWriter out = spec.commandLine().getOut();
    List<GenerationResult> results = SeveralAnswers.print(loaded, question, several, out, lines);
    if (results.isEmpty()) {
      return TerminalLines.INTERRUPTED;
    }
    int tokens = results.stream().mapToInt(result -> result.tokens().length).sum();
    spec.commandLine()
        .getErr()
        .printf(
            "[%d answers; prompt %d tokens; %d tokens]%n",
            several, question.prompt().length, tokens);
    return 0;
  }

  private int report(LoadedModel loaded, Answers.Outcome outcome) {
    GenerationResult result = outcome.result();
    if (result == null) {
      return TerminalLines.INTERRUPTED;
    }
    spec.commandLine().getErr().println(timings(loaded, result));
    return 0;
  }

  private static String timings(LoadedModel loaded, GenerationResult r) {
    return String.format(
        Locale.ROOT,
        "[%s; load %.0f ms; prompt %d tokens, %.1f/s; first token %.0f ms; %d tokens, %.1f/s%s]",
        r.finish().name().toLowerCase(Locale.ROOT),
        loaded.loadNanos() / 1e6,
        r.promptTokens(),
        r.prefillPerSecond(),
        r.firstTokenNanos() / 1e6,
        r.tokens().length,
        r.decodePerSecond(),
        proposals(r.proposals()));
  }

  private static String proposals(Proposals p) {
    return p.drafted() == 0 ? "" : "; " + p.accepted() + " of " + p.drafted() + " proposed";
  }
}
