package io.wasmchord.chat;

import io.wasmchord.chat.jinja.JinjaTemplate;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.host.RunControl;
import io.wasmchord.host.WallClock;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates that a file carries, in Jinja. Safe for concurrent use. A template is parsed
 * when it is first rendered, and kept.
 */
public final class ChatTemplate {
  private static final String KEY = "tokenizer.chat_template";
  private static final String DEFAULT = "default";
  private static final String TOOLS = "tool_use";

  private final Map<String, String> sources;
  private final Map<String, Parsed> parsed = new ConcurrentHashMap<>();
  private final Tokenizer tokenizer;
  private final WallClock clock;

  /**
   * A template that was parsed.
   *
   * @param markers {@link TemplateControlTokens}
   */
  private record Parsed(JinjaTemplate jinja, Set<Integer> markers) {}

  private ChatTemplate(Map<String, String> sources, Tokenizer tokenizer, WallClock clock) {
    this.sources = sources;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  /** The templates in {@code metadata}, or null if there is none; an empty one is none. */
  public static @Nullable ChatTemplate of(Metadata metadata, Tokenizer tokenizer, WallClock clock) {
    Map<String, String> sources = new TreeMap<>(); // whose keys the file chooses
    for (String key : metadata.keys()) {
      boolean named = key.startsWith(KEY + ".");
      if ((named || key.equals(KEY)) && !metadata.string(key).isBlank()) {
        sources.put(named ? key.substring(KEY.length() + 1) : DEFAULT, metadata.string(key));
      }
    }
    return sources.isEmpty() ? null : new ChatTemplate(sources, tokenizer, clock);
  }

  /** A template of the caller's. */
  public static ChatTemplate of(String source, Tokenizer tokenizer, WallClock clock) {
    return new ChatTemplate(Map.of(DEFAULT, source), tokenizer, clock);
  }

  /** The templates' names; the nameless one is {@code default}. */
  public Set<String> names() {
    return sources.keySet();
  }

  /**
   * The prompt as one text.
   *
   * @throws ChatTemplateException when the template fails or refuses the conversation
   * @throws InvalidRequestException when there is no message, or no template of the wanted name
   */
  public String render(ChatRequest request) {
    return written(request, RunControl.NONE).value();
  }

  /**
   * The prompt as tokens. The template's own control tokens and markers are parsed; a text of a
   * message, tool or document never becomes one. Beginning of sequence stands there once if the
   * model wants it, whether the template writes it or not.
   *
   * @throws ChatTemplateException when the template fails or refuses the conversation
   * @throws InvalidRequestException when there is no message, or no template of the wanted name
   */
  public int[] encode(ChatRequest request) {
    return encode(request, RunControl.NONE);
  }

  /**
   * The same for a caller who may want it no more.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} says so
   */
  public int[] encode(ChatRequest request, RunControl control) {
    Value.Text prompt = written(request, control);
    control.check();
    return PromptTokens.encode(prompt, parsed(source(request)).markers(), tokenizer);
  }

  private Value.Text written(ChatRequest request, RunControl control) {
    if (request.messages().isEmpty()) {
      throw new InvalidRequestException("there are no messages; give at least one");
    }
    List<Value> messages = new ArrayList<>();
    request.messages().forEach(m -> messages.add(value(m)));
    Map<String, Value> variables = new LinkedHashMap<>();
    variables.put("bos_token", piece(tokenizer.bos()));
    variables.put("eos_token", piece(tokenizer.eos()));
    request.arguments().forEach((name, value) -> variables.put(name, argument(name, value)));
    variables.put("messages", Value.of(messages));
    variables.put("tools", Value.ofInput(request.tools()));
    variables.put("documents", Value.ofInput(request.documents()));
    variables.put("add_generation_prompt", Value.of(request.addGenerationPrompt()));
    return parsed(source(request)).jinja().render(variables, clock, control);
  }

  private Parsed parsed(String source) {
    Parsed known = parsed.get(source);
    if (known == null) { // of two threads that parse at once, both get the same
      JinjaTemplate jinja = JinjaTemplate.parse(source, Limits.DEFAULT);
      known = new Parsed(jinja, TemplateControlTokens.of(source, tokenizer));
      parsed.put(source, known);
    }
    return known;
  }

  private Value piece(int id) {
    return Value.of(id < 0 ? "" : tokenizer.piece(id));
  }

  private static Value value(Message message) {
    DictValue dict = new DictValue();
    dict.put("role", role(JsonValue.of(message.role().text())));
    dict.put("content", Value.ofInput(JsonValue.of(message.content())));
    message
        .extra()
        .forEach((field, value) ->
            dict.put(field, field.equals("role") ? role(value) : Value.ofInput(value)));
    return dict;
  }

  /** A role that is a word is as good as the template's: some write markers around it. */
  private static Value role(JsonValue role) {
    boolean word =
        role instanceof JsonValue.Text(String name)
            && name.chars().allMatch(c -> c == '_' || c == '-' || Character.isLetterOrDigit(c));
    return word ? Value.of(role) : Value.ofInput(role);
  }

  /** What a caller sets beside the messages. Only what is named as a token may be one. */
  private static Value argument(String name, JsonValue value) {
    return name.endsWith("_token") ? Value.of(value) : Value.ofInput(value);
  }

  /** The source of the template called {@code name}, by default the default; empty without it. */
  String source(@Nullable String name) {
    return sources.getOrDefault(name == null ? DEFAULT : name, "");
  }

  /** The same where tools are given. */
  String toolSource(@Nullable String name) {
    return source(name == null ? unnamed(true) : name);
  }

  /** The template that fits: the one for tools if there are any, else the default. */
  private String unnamed(boolean tools) {
    return tools && sources.containsKey(TOOLS) ? TOOLS : DEFAULT;
  }

  /**
   * The source of the template that {@code request} is rendered with.
   *
   * @throws InvalidRequestException when there is none of the wanted name
   */
  String source(ChatRequest request) {
    String name = request.template();
    if (name == null) {
      name = unnamed(!request.tools().isEmpty());
    }
    String source = sources.get(name);
    if (source == null) {
      throw new InvalidRequestException(
          "the file has no chat template '" + name + "'; it has " + String.join(", ", names()));
    }
    return source;
  }
}
