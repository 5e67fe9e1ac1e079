package io.wasmchord.api;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.ToolFailedException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model, runs the tools that it calls, tells it what they say, and so on until it answers.
 * Immutable; it may be used again, by one thread at a time for each session.
 */
public final class ToolRunner {
  /** So often a model is asked at most, where nothing else is said. */
  public static final int DEFAULT_ROUNDS = 8;

  /** What a tool does. */
  @FunctionalInterface
  public interface Tool {
    /**
     * Answers a call.
     *
     * @return what the model is told
     * @throws Exception whose message the model is told, unless the runner throws it; an {@link
     *     InterruptedException} it always throws, and who runs it sets the thread's flag again
     */
    String call(JsonObject arguments) throws Exception;
  }

  /** Answers a conversation. */
  @FunctionalInterface
  public interface Asker {
    /**
     * Answers.
     *
     * @param heard hears the answer, to its end
     */
    GenerationResult ask(ChatCompletionRequest request, AnswerListener heard, RunControl control);

    /** The answers of one session. */
    static Asker of(Session session, ChatFormat format) {
      return (request, heard, control) -> {
        int[] prompt = format.encode(request.chat(), control);
        AnswerReader reader =
            format.reader(request.chat(), prompt, request.splitsReasoning(), heard);
        GenerationResult result =
            session.generate(prompt, request.options(format, prompt), reader, control);
        reader.end();
        return result;
      };
    }
  }

  /** Hears of calls. */
  public interface Listener {
    /** Before a tool is called. */
    default void onCall(String id, ToolCall call) {}

    /** After it, with what the model is told. */
    default void onResult(String id, ToolCall call, String result) {}

    /** A chunk of what the model says. */
    default void onText(String text) {}
  }

  /**
   * How it ended.
   *
   * @param text the answer; what the model has said beside its calls, where a call is left
   * @param messages the conversation, with all calls, their answers and the last answer
   * @param rounds how often the model was asked
   * @param left calls of the last answer that nothing was said to: of tools without a function, or
   *     of an answer that was cut off
   */
  public record Outcome(
      String text,
      List<Message> messages,
      int rounds,
      List<NamedToolCall> left,
      GenerationResult last) {
    public Outcome {
      messages = List.copyOf(messages);
      left = List.copyOf(left);
    }
  }

  private static final Listener NOBODY = new Listener() {};

  private final Asker asker;
  private final Map<String, JsonObject> described;
  private final Map<String, Tool> tools;
  private final int rounds;
  private final boolean throwing;
  private final Listener listener;

  private ToolRunner(
      Asker asker,
      Map<String, JsonObject> described,
      Map<String, Tool> tools,
      int rounds,
      boolean throwing,
      Listener listener) {
    this.asker = asker;
    this.described = described;
    this.tools = tools;
    this.rounds = rounds;
    this.throwing = throwing;
    this.listener = listener;
  }

  /** A runner without tools. */
  public static ToolRunner of(Session session, ChatFormat format) {
    return of(Asker.of(session, format));
  }

  /** The same with another way to answer. */
  public static ToolRunner of(Asker asker) {
    return new ToolRunner(asker, Map.of(), Map.of(), DEFAULT_ROUNDS, false, NOBODY);
  }

  /**
   * With a tool.
   *
   * @param parameters the JSON schema of its arguments
   */
  public ToolRunner with(String name, String description, JsonObject parameters, Tool tool) {
    JsonObject function =
        JsonObject.builder()
            .put("name", name)
            .put("description", description)
            .put("parameters", parameters)
            .build();
    return with(function, tool);
  }

  /**
   * With a tool.
   *
   * @param function OpenAI's description: name, description, parameters, strict
   * @throws InvalidRequestException when it has no name
   */
  public ToolRunner with(JsonObject function, Tool tool) {
    if (!(function.get("name") instanceof JsonValue.Text(String name)) || name.isEmpty()) {
      throw new InvalidRequestException("a tool has no name; its function needs one");
    }
    Map<String, JsonObject> all = new LinkedHashMap<>(described);
    all.put(name, JsonObject.of("type", JsonValue.of("function")).with("function", function));
    Map<String, Tool> run = new LinkedHashMap<>(tools);
    run.put(name, tool);
    return new ToolRunner(asker, all, run, rounds, throwing, listener);
  }

  /**
   * With another limit: in the last round the model is given no tools, so that it answers.
   *
   * @throws InvalidRequestException when it is less than 1
   */
  public ToolRunner rounds(int most) {
    if (most < 1) {
      throw new InvalidRequestException("rounds are " + most + "; at least one is needed");
    }
    return new ToolRunner(asker, described, tools, most, throwing, listener);
  }

  /** Throws {@link ToolFailedException} where a tool fails, in place of telling the model. */
  public ToolRunner throwing() {
    return new ToolRunner(asker, described, tools, rounds, true, listener);
  }

  /** With somebody who hears of calls. */
  public ToolRunner listening(Listener to) {
    return new ToolRunner(asker, described, tools, rounds, throwing, to);
  }

  /**
   * Runs until the model answers.
   *
   * @param request its messages begin the conversation; its tools are those of the runner, and
   *     others that it has, whose calls are left to the caller
   * @throws ToolFailedException when a tool fails, and the runner throws
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public Outcome run(ChatCompletionRequest request, RunControl control) {
    List<Message> talk = new ArrayList<>(request.chat().messages());
    ChatRequest chat = request.chat().withTools(offered(request.chat().tools()));
    ToolCallIds ids = new ToolCallIds(request.params().sampling().seed());
    for (int round = 1; ; round++) {
      ChatRequest asked = chat.withMessages(talk);
      boolean last = round == rounds && round > 1;
      Heard heard = ask(request, last ? asked.withTools(JsonValue.ofNull()) : asked, control);
      List<NamedToolCall> calls =
          heard.calls.stream().map(call -> new NamedToolCall(ids.next(), call)).toList();
      talk.add(heard.message(calls));
      boolean runs =
          !calls.isEmpty()
              && heard.ended().finish() == FinishReason.STOP
              && round < rounds
              && calls.stream().allMatch(call -> tools.containsKey(call.call().name()));
      if (!runs) {
        return new Outcome(heard.text.toString(), talk, round, calls, heard.ended());
      }
      for (NamedToolCall call : calls) {
        control.check();
        talk.add(answer(call));
      }
      chat = chat.withToolChoice(chat.toolChoice().onceMet());
    }
  }

  private JsonValue offered(JsonValue others) {
    List<JsonValue> all = new ArrayList<>(described.values());
    if (others instanceof JsonArray list) {
      all.addAll(list.elements());
    }
    return all.isEmpty() ? JsonValue.ofNull() : JsonValue.of(all);
  }

  private Heard ask(ChatCompletionRequest request, ChatRequest chat, RunControl control) {
    ChatCompletionRequest asked =
        new ChatCompletionRequest(
            chat,
            request.template(),
            request.chatTemplate(),
            request.splitsReasoning(),
            request.params());
    Heard heard = new Heard();
    heard.ended = asker.ask(asked, heard, control);
    return heard;
  }

  private Message answer(NamedToolCall named) {
    ToolCall call = named.call();
    listener.onCall(named.id(), call);
    String result;
    try {
      JsonObject arguments =
          JsonReader.parse(call.arguments()) instanceof JsonObject object
              ? object
              : JsonObject.empty();
      Tool tool = tools.get(call.name());
      result = tool == null ? "" : tool.call(arguments);
    } catch (Exception e) {
      if (throwing || e instanceof InterruptedException) {
        throw new ToolFailedException(call.name(), e);
      }
      result = "Error: " + e.getMessage();
    }
    listener.onResult(named.id(), call, result);
    return named.result(result);
  }

  /** An answer, as it was heard. */
  private final class Heard implements AnswerListener {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private @Nullable GenerationResult ended;

    @Override
    public boolean onReasoning(String more) {
      reasoning.append(more);
      return true;
    }

    @Override
    public boolean onAnswer(String more) {
      text.append(more);
      listener.onText(more);
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      return calls.addAll(found);
    }

    GenerationResult ended() {
      if (ended == null) {
        throw new IllegalStateException("the answer has not ended");
      }
      return ended;
    }

    Message message(List<NamedToolCall> named) {
      return NamedToolCall.said(text.toString(), reasoning.toString(), named);
    }
  }
}
