package io.wasmchord.chat;

import io.wasmchord.chat.jinja.ChatTemplateException;
import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JinjaTemplate;
import io.wasmchord.chat.jinja.Limits;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.host.WallClock;
import io.wasmchord.session.InvalidRequestException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
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
  private final Map<String, JinjaTemplate> parsed = new ConcurrentHashMap<>();
  private final Tokenizer tokenizer;
  private final WallClock clock;

  private ChatTemplate(Map<String, String> sources, Tokenizer tokenizer, WallClock clock) {
    this.sources = sources;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  /** The templates in {@code metadata}, or null if there is none. */
  public static @Nullable ChatTemplate of(Metadata metadata, Tokenizer tokenizer, WallClock clock) {
    Map<String, String> sources = new LinkedHashMap<>();
    if (metadata.has(KEY)) {
      sources.put(DEFAULT, metadata.string(KEY));
    }
    for (String key : metadata.keys()) {
      if (key.startsWith(KEY + ".")) {
        sources.put(key.substring(KEY.length() + 1), metadata.string(key));
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
    return render(request, text -> text);
  }

  /**
   * The prompt as tokens. The template's own control tokens are parsed; a text of a message, tool
   * or document never becomes one. Beginning of sequence stands there once if the model wants it,
   * whether the template writes it or not.
   *
   * @throws ChatTemplateException when the template fails or refuses the conversation
   * @throws InvalidRequestException when there is no message, or no template of the wanted name
   */
  public int[] encode(ChatRequest request) {
    InputMarks marks = new InputMarks(tokenizer);
    return marks.encode(render(request, marks::mark));
  }

  private String render(ChatRequest request, UnaryOperator<String> mark) {
    if (request.messages().isEmpty()) {
      throw new InvalidRequestException("there are no messages; give at least one");
    }
    List<Value> messages = new ArrayList<>();
    request.messages().forEach(m -> messages.add(value(m).mapTexts(mark)));
    Map<String, Value> variables = new LinkedHashMap<>();
    variables.put("bos_token", piece(tokenizer.bos()));
    variables.put("eos_token", piece(tokenizer.eos()));
    variables.putAll(request.arguments());
    variables.put("messages", Value.of(messages));
    variables.put("tools", request.tools().mapTexts(mark));
    variables.put("documents", request.documents().mapTexts(mark));
    variables.put("add_generation_prompt", Value.of(request.addGenerationPrompt()));
    return parsed(source(request)).render(variables, clock);
  }

  private JinjaTemplate parsed(String source) {
    JinjaTemplate known = parsed.get(source);
    if (known == null) { // of two threads that parse at once, both get the same
      known = JinjaTemplate.parse(source, Limits.DEFAULT);
      parsed.put(source, known);
    }
    return known;
  }

  private Value piece(int id) {
    return Value.of(id < 0 ? "" : tokenizer.piece(id));
  }

  private static Value value(Message message) {
    DictValue dict = new DictValue();
    dict.put("role", Value.of(message.role().text()));
    dict.put("content", Value.of(message.content()));
    message.extra().forEach(dict::put);
    return dict;
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
      name = unnamed(request.tools().truthy());
    }
    String source = sources.get(name);
    if (source == null) {
      throw new InvalidRequestException(
          "the file has no chat template '" + name + "'; it has " + String.join(", ", names()));
    }
    return source;
  }
}
