package io.wasmchord.jvm;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a text, or chats. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Continues a text, or chats. Without -p it chats until /exit; /new begins again.")
final class RunCommand implements Callable<Integer> {
  private static final int DEFAULT_CONTEXT = 4096;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private SamplingOptions sampling = new SamplingOptions();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "The text to continue, or with --chat the question.")
  private @Nullable String prompt;

  @Option(
      names = {"-n", "--max-tokens"},
      defaultValue = "512",
      paramLabel = "N",
      description = "At most N tokens (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(names = "--chat", description = "Treat the prompt as a message to the model.")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Instructions for the whole conversation.")
  private @Nullable String system;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      defaultValue = ChatFormat.AUTO,
      description = "chatml, llama2, llama3, zephyr or alpaca; by default the model's own.")
  private String template = ChatFormat.AUTO;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      description = "Longest sequence in tokens (default: the model's, at most 4096).")
  private int context;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (LoadedModel loaded = model.open(err, context == 0 ? DEFAULT_CONTEXT : context)) {
      int trained = loaded.model().config().contextLength();
      Session session =
          new Session(
              loaded.model(),
              loaded.tokenizer(),
              context == 0 ? Math.min(trained, DEFAULT_CONTEXT) : context,
              model.kvCache(),
              Clock.system());
      if (prompt != null && !chat) {
        timings(loaded, answer(session, loaded.tokenizer().encode(prompt, true, true), List.of()));
      } else {
        converse(loaded, session);
      }
      return 0;
    }
  }

  private void converse(LoadedModel loaded, Session session) throws IOException {
    ChatFormat format =
        ChatFormat.of(template, loaded.file(), loaded.tokenizer(), RunCommand::localSeconds);
    List<Message> messages = opening();
    if (prompt != null) {
      messages.add(new Message(Role.USER, prompt));
      timings(loaded, answer(session, format.encode(messages), format.stops()));
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      out.print("> ");
      out.flush();
      String line = in.readLine();
      if (line == null || line.strip().equals("/exit")) {
        return;
      }
      if (line.strip().equals("/new")) {
        messages = opening();
      } else if (!line.isBlank()) {
        messages.add(new Message(Role.USER, line));
        GenerationResult result = answer(session, format.encode(messages), format.stops());
        messages.add(new Message(Role.ASSISTANT, result.text()));
      }
    }
  }

  private List<Message> opening() {
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(new Message(Role.SYSTEM, system));
    }
    return messages;
  }

  private static long localSeconds() {
    return LocalDateTime.now(ZoneId.systemDefault()).toEpochSecond(ZoneOffset.UTC);
  }

  private GenerationResult answer(Session session, int[] ids, List<String> stops) {
    PrintWriter out = spec.commandLine().getOut();
    GenerationOptions options = new GenerationOptions(maxTokens, stops, sampling.options());
    GenerationResult result =
        session.generate(
            ids,
            options,
            text -> {
              out.print(text);
              out.flush();
              return !out.checkError();
            },
            RunControl.NONE);
    out.println();
    out.flush();
    return result;
  }

  private void timings(LoadedModel loaded, GenerationResult r) {
    spec.commandLine()
        .getErr()
        .println(
            String.format(
                Locale.ROOT,
                "[%s; load %.0f ms; prompt %d tokens, %.1f/s; first token %.0f ms; %d tokens, %.1f/s]",
                r.finish().name().toLowerCase(Locale.ROOT),
                loaded.loadNanos() / 1e6,
                r.promptTokens(),
                r.prefillPerSecond(),
                r.firstTokenNanos() / 1e6,
                r.tokens().length,
                r.decodePerSecond()));
  }
}
