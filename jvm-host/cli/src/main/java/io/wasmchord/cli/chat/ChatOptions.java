package io.wasmchord.cli.chat;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolChoice;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonValue;
import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.LoadedModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model is chatted with. */
public final class ChatOptions {
  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Instructions for the whole conversation.")
  private @Nullable String system;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      defaultValue = ChatFormat.AUTO,
      description = {
        "chatml, llama2, llama3, zephyr or alpaca, or one of the file's named templates;",
        "by default the model's own."
      })
  private String template = ChatFormat.AUTO;

  @Option(
      names = "--template-file",
      paramLabel = "FILE",
      description = "A Jinja template to use instead of the model's own.")
  private @Nullable Path templateFile;

  @Option(
      names = "--template-arg",
      paramLabel = "KEY=JSON",
      description = "A variable of the template, e.g. enable_thinking=false; may be repeated.")
  private Map<String, String> arguments = new LinkedHashMap<>();

  @Option(
      names = "--no-thinking",
      description = "Ask the template to do without reasoning, where it has a switch for that.")
  private boolean noThinking;

  @Option(
      names = "--reasoning",
      paramLabel = "HOW",
      defaultValue = "show",
      description = {
        "What to do with a model's reasoning: show it apart, hide it, or print the raw text",
        "with its markers (default: ${DEFAULT-VALUE})."
      })
  private AnswerPrinter.Reasoning reasoning = AnswerPrinter.Reasoning.SHOW;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = {
        "A JSON list of tools for the model's own template. A call is shown as",
        "'[call] NAME ARGUMENTS'; /tool RESULT answers it."
      })
  private @Nullable Path tools;

  @Option(
      names = "--tool-choice",
      paramLabel = "WORD|NAME",
      description = {
        "Whether tools are called: auto, none, required (at least one), or the name of the",
        "tool that must be called. Enforced in the model's own syntax (default: auto)."
      })
  private @Nullable String toolChoice;

  @Option(
      names = "--documents",
      paramLabel = "FILE",
      description = "A JSON list of documents to answer from, for the model's own template.")
  private @Nullable Path documents;

  AnswerPrinter.Reasoning reasoning() {
    return reasoning;
  }

  /**
   * How the model is asked.
   *
   * @throws InvalidRequestException when it has no template and none is named
   */
  ChatFormat format(ChatCompletionRequest request, LoadedModel loaded, PrintWriter err) {
    ChatFormat format =
        request.format(
            new ChatFormats(loaded.file(), loaded.tokenizer(), ChatOptions::localSeconds));
    if (noThinking && !format.mentions("thinking")) {
      err.println("chord: --no-thinking changes nothing: the template has no switch for it");
      err.flush();
    }
    return format;
  }

  private static long localSeconds() {
    return LocalDateTime.now(ZoneId.systemDefault()).toEpochSecond(ZoneOffset.UTC);
  }

  /** Other instructions from now on; an empty text for none. */
  void system(String text) {
    system = text.isEmpty() ? null : text;
  }

  /** The messages that every conversation begins with. */
  List<Message> opening() {
    return new ArrayList<>(system == null ? List.of() : List.of(new Message(Role.SYSTEM, system)));
  }

  /**
   * A request without messages.
   *
   * @throws FileException when a file cannot be read
   * @throws InvalidRequestException when what should be JSON is not, or no list
   */
  ChatCompletionRequest request(GenerationParams params) {
    if (templateFile != null && !template.equals(ChatFormat.AUTO)) {
      throw new InvalidRequestException("--template and --template-file exclude each other");
    }
    String source = templateFile == null ? null : Texts.read(templateFile);
    return new ChatCompletionRequest(chat(), template, source, true, params);
  }

  private ChatRequest chat() {
    ChatRequest request = ChatRequest.of(List.of());
    if (noThinking) { // under the names that templates have for it
      JsonValue no = JsonValue.of(false);
      request = request.with("enable_thinking", no).with("thinking", no);
    }
    for (Map.Entry<String, String> argument : arguments.entrySet()) {
      String where = "--template-arg " + argument.getKey();
      request = request.with(argument.getKey(), Texts.json(where, argument.getValue()));
    }
    request = tools == null ? request : request.withTools(list(tools));
    request = choosing(request);
    return documents == null ? request : request.withDocuments(list(documents));
  }

  private ChatRequest choosing(ChatRequest request) {
    if (toolChoice == null) {
      return request;
    }
    if (tools == null) {
      throw new InvalidRequestException("--tool-choice needs tools: --tools FILE");
    }
    return switch (toolChoice) {
      case "auto" -> request;
      case "none" -> request.withTools(JsonValue.ofNull());
      case "required" -> request.withToolChoice(ToolChoice.REQUIRED);
      default -> request.withToolChoice(ToolChoice.of(toolChoice));
    };
  }

  private static JsonValue list(Path file) {
    JsonValue value = Texts.json(file);
    if (value instanceof JsonArray) {
      return value;
    }
    throw new InvalidRequestException(
        "%s holds a JSON %s; an array is expected: [...]".formatted(file, value.type()));
  }
}
