package io.wasmchord.cli.chat;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.api.SessionNotes;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.options.SpeculationChoice;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.constraint.Language;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Chats in the terminal. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = {
      "Chats in the terminal until /exit; /help lists what else can be typed.",
      "What was typed is at hand with the arrow keys, also in the next chat.",
      "Ctrl-C ends the answer under way, and at the prompt the program."
    })
public final class ChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ChatOptions chatting = new ChatOptions();
  @Mixin private SessionFiles files = new SessionFiles();
  @Mixin private ChatHistory history = new ChatHistory();

  @ArgGroup(exclusive = true)
  private ConstraintOptions form = new ConstraintOptions();

  @ArgGroup(exclusive = true)
  private SpeculationChoice speculation = new SpeculationChoice();

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      description = "At most N tokens an answer (default: what the context holds).")
  private int maxTokens = Integer.MAX_VALUE;

  @Option(
      names = {"--context", "--ctx"},
      paramLabel = "N",
      description = "Longest conversation in tokens (default: the model's, at most 4096).")
  private int context;

  private @Nullable Language language;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    language = form.language();
    try (LoadedModel smaller = speculation.open(model, context, err);
        LoadedModel loaded =
            model.open(err, b -> speculation.set(context == 0 ? b : b.context(context), smaller));
        LineInput lines = TerminalLines.open(ChatCommands.words(), history.file())) {
      SessionFiles.Opened opened = files.open(loaded);
      OpenSession session = opened.session();
      Answers answers =
          new Answers(
              (ids, options) -> new JournalFile().begin(loaded, session.session(), ids, options),
              loaded.tokenizer(),
              spec.commandLine().getOut(),
              lines,
              this::params);
      ChatCompletionRequest asked = chatting.request(answers.params().get());
      Conversation conversation =
          new Conversation(chatting, asked, chatting.format(asked, loaded, err), answers);
      conversation.goOn(opened.notes().messages());
      ChatTerminal terminal = new ChatTerminal(conversation, session, lines, err);
      terminal.greet();
      terminal.run();
      files.save(session, new SessionNotes(conversation.messages(), ""));
      return 0;
    }
  }

  private GenerationParams params() {
    SamplerOptions chosen = sampling.options();
    return GenerationParams.defaults(chosen.seed())
        .withSampling(chosen)
        .withMaxTokens(maxTokens)
        .with(language)
        .withSpeculation(speculation.options());
  }
}
