package io.wasmchord.chat;

import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.host.WallClock;
import io.wasmchord.model.config.Architectures;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a model is asked, and how its answer is read: through its file's own template, another one,
 * or a preset that the caller names. To be kept as long as the model: what is found out about a
 * template is kept in it.
 */
public final class ChatFormat {
  /** Stands for the file's own template. */
  public static final String AUTO = "auto";

  private static final String GEMMAS_TURN = "<|turn>model";
  private static final String OTHERS =
      "to do without the model's own template, name one: " + ChatPreset.names();
  private static final String MEND =
      "mend the template that was given, or leave it out for the model's own";

  private final @Nullable ChatTemplate template;
  private final @Nullable String name; // of the file's template, or null for the one that fits
  private final @Nullable ChatPreset preset;
  private final Tokenizer tokenizer;
  private final String remedy; // for a template that fails
  private final String source;
  private final @Nullable ReasoningFormat reasoning;
  private final @Nullable MessageFormat messages;
  private @Nullable TurnEnd end;
  private @Nullable ToolCallShape callFields;
  private @Nullable ToolCallFormat toolCalls;
  private boolean callsLookedFor;
  private @Nullable ReasoningShape reasoningField;

  private ChatFormat(
      @Nullable ChatTemplate template,
      @Nullable String name,
      @Nullable ChatPreset preset,
      Tokenizer tokenizer,
      String remedy) {
    this.template = template;
    this.name = name;
    this.preset = preset;
    this.tokenizer = tokenizer;
    this.remedy = remedy;
    this.source = template == null ? "" : template.source(name);
    this.messages = MessageFormat.detect(source);
    this.reasoning = messages == null ? ReasoningFormat.detect(source, tokenizer) : null;
  }

  /**
   * The format called {@code name}.
   *
   * @param name {@link #AUTO}, a preset's name, or the name of one of the file's templates
   * @throws InvalidRequestException when there is no such preset or template, or the file has none
   */
  public static ChatFormat of(String name, GgufFile file, Tokenizer tokenizer, WallClock clock) {
    ChatTemplate own = ChatTemplate.of(file.metadata(), tokenizer, clock);
    if (own == null && Architectures.encodesPrompts(file)) {
      throw new InvalidRequestException(
          file.fileName()
              + " is an encoder-decoder without a chat template, which was trained to answer a"
              + " text: use 'chord run -p', or completions.create in JavaScript");
    }
    if (own != null && own.names().contains(name) && !ChatPreset.has(name)) {
      return of(own, name, tokenizer, OTHERS);
    }
    if (!name.equals(AUTO)) {
      return new ChatFormat(null, null, preset(name, own), tokenizer, OTHERS);
    }
    if (own == null) {
      throw new InvalidRequestException(
          file.fileName()
              + " has no chat template; name one with 'template': "
              + ChatPreset.names());
    }
    return of(own, null, tokenizer, OTHERS);
  }

  /** The format of a template that the caller gives. */
  public static ChatFormat ofSource(String source, Tokenizer tokenizer, WallClock clock) {
    return of(ChatTemplate.of(source, tokenizer, clock), null, tokenizer, MEND);
  }

  private static ChatFormat of(
      ChatTemplate template, @Nullable String name, Tokenizer tokenizer, String remedy) {
    String source = template.source(name);
    return new ChatFormat(template, name, ChatPreset.detect(source), tokenizer, remedy);
  }

  private static ChatPreset preset(String name, @Nullable ChatTemplate own) {
    if (!ChatPreset.has(name) && own != null) {
      throw new InvalidRequestException(
          "there is no chat template '%s'; there are %s, and the file's: %s"
              .formatted(name, ChatPreset.names(), String.join(", ", own.names())));
    }
    return ChatPreset.byName(name);
  }

  /**
   * The prompt for the answer to {@code messages}.
   *
   * @throws ChatTemplateException when the template fails; the message says what else there is
   */
  public int[] encode(List<Message> messages) {
    return encode(ChatRequest.of(messages));
  }

  /**
   * The prompt for {@code request}. Presets know nothing but messages.
   *
   * <p>A message's {@code tool_calls} are in OpenAI's shape: their arguments may be JSON in a text
   * or an object, whichever the template wants.
   *
   * @throws ChatTemplateException when the template fails; the message says what else there is
   * @throws InvalidRequestException when the arguments of a call are not a JSON object, the
   *     template does not know a message's role, or a part of a message is no text
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
    if (template != null) {
      ChatRequest named = name == null ? request : request.withTemplate(name);
      ChatRequest known = named.withMessages(plain(template, named));
      int[] prompt = encode(template, withCalls(template, withReasoning(template, known)), control);
      return request.addGenerationPrompt() ? withTurn(prompt) : prompt;
    }
    if (preset == null) {
      throw new IllegalStateException("neither template nor preset");
    }
    if (!request.tools().isEmpty() || !request.documents().isEmpty()) {
      throw new InvalidRequestException(
          "a preset has no place for tools or documents; use the model's own template");
    }
    return preset.encode(tokenizer, ContentParts.join(request.messages()));
  }

  /**
   * With the opening of the answer. Gemma 4's template leaves it out after the result of a call
   * that came with a text.
   */
  private int[] withTurn(int[] prompt) {
    if (!source.contains("'" + GEMMAS_TURN)) {
      return prompt;
    }
    int[] tail = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - 8), prompt.length);
    if (!tokenizer.decode(tail, true).endsWith("<turn|>\n")) {
      return prompt;
    }
    int[] turn = tokenizer.encode(GEMMAS_TURN + "\n", false, true);
    int[] whole = Arrays.copyOf(prompt, prompt.length + turn.length);
    System.arraycopy(turn, 0, whole, prompt.length, turn.length);
    return whole;
  }

  private int[] encode(ChatTemplate jinja, ChatRequest request, RunControl control) {
    try {
      return jinja.encode(request, control);
    } catch (ChatTemplateException e) {
      throw e.advising(remedy);
    }
  }

  /** Texts that end an answer where the model's own tokens do not. */
  public List<String> stops() {
    List<String> all = new ArrayList<>(preset == null ? List.of() : preset.stops());
    end().texts().stream().filter(text -> !all.contains(text)).forEach(all::add);
    return all;
  }

  /** How the model sets its reasoning apart, or null where it does not. */
  public @Nullable ReasoningFormat reasoning() {
    return reasoning;
  }

  /**
   * How the model writes that it wants a tool called, or null where that is not known: then calls
   * stay in the text.
   */
  public @Nullable ToolCallFormat toolCalls() {
    if (!callsLookedFor && template != null && messages == null) {
      ToolCallShape.Written written = callFields(template).written(template, name);
      toolCalls = ToolCallFormat.detect(template.toolSource(name), written);
    }
    callsLookedFor = true;
    return toolCalls;
  }

  /**
   * What the tokens of the answer to {@code request} are to be fed to.
   *
   * @param prompt as encoded
   * @param splits whether reasoning is told from the text; else it is part of it, with its markers
   *     and what the prompt has begun it with
   * @param listener hears of calls only where the request offers tools
   */
  public AnswerReader reader(
      ChatRequest request, int[] prompt, boolean splits, AnswerListener listener) {
    OfferedTools offered = new OfferedTools(request.tools());
    boolean early = listener.hearsCallsEarly() || isHeld(request, offered);
    if (messages != null) {
      MessageBodies bodies = new MessageBodies(listener, offered, splits, early);
      return new AnswerReader(listener, tokenizer, messages.reader(prompt, tokenizer, bodies));
    }
    ToolCallSplitter.Maker calls = null;
    ToolCallFormat form = request.tools().isEmpty() ? null : toolCalls();
    if (form != null) {
      Map<Integer, String> marks = form.marks(tokenizer);
      calls =
          (to, may) ->
              new ToolCallSplitter(form, form.patterns(), marks, offered, to, early && may);
    }
    String opening = reasoning == null ? "" : reasoning.opening(prompt, tokenizer);
    return new AnswerReader(listener, tokenizer, reasoning, opening, splits, calls);
  }

  /** Whether the template has a variable called {@code name}, such as {@code enable_thinking}. */
  public boolean mentions(String name) {
    return source.contains(name);
  }

  /**
   * Options for the answer to {@code request}.
   *
   * @param moreStops the caller's own
   */
  public GenerationOptions options(
      ChatRequest request,
      int maxTokens,
      List<String> moreStops,
      SamplerOptions sampling,
      boolean ignoreEnd) {
    List<String> all = new ArrayList<>(moreStops);
    all.addAll(stops());
    Set<Integer> marks = new HashSet<>(reasoning == null ? Set.of() : reasoning.marks());
    ToolCallFormat form = request.tools().isEmpty() ? null : toolCalls();
    if (form != null) {
      marks.addAll(form.marks(tokenizer).keySet());
    }
    if (messages != null) {
      marks.addAll(messages.marks(tokenizer).keySet());
    }
    return new GenerationOptions(maxTokens, all, sampling, ignoreEnd, end().tokens(), marks);
  }

  /**
   * A language for the answer to {@code prompt}: reasoning before it stays free.
   *
   * @throws InvalidRequestException when it is not known how the family tells its answer apart
   */
  public Language answering(Language language, int[] prompt) {
    boolean begun = begins(prompt);
    Frame root = language.root();
    if (messages != null) {
      Spelling spelling = new Spelling(messages.marks(tokenizer).values(), Set.of());
      root = messages.answer(root, begun, spelling);
    } else if (reasoning != null) {
      root = reasoning.before(root, begun);
    }
    return Language.of(root, "answering", this, language, begun);
  }

  /**
   * The language of the answer to a request that may call tools, or null where it may be any text:
   * what {@link ToolChoice} and strict tools demand, in the family's own syntax.
   *
   * @param language of an answer that calls no tool, or null for any text
   * @throws InvalidRequestException when the family's calls cannot be enforced, or a tool is not
   *     there
   * @throws io.wasmchord.errors.UnenforceableSchemaException when a strict tool's schema cannot be
   *     enforced
   */
  public @Nullable Language language(
      @Nullable Language language, ChatRequest request, int[] prompt) {
    OfferedTools offered = new OfferedTools(request.tools());
    ToolChoice choice = request.toolChoice();
    choice.requireAll(offered);
    if (offered.names().isEmpty() || (!isHeld(request, offered) && language == null)) {
      return language == null ? null : answering(language, prompt);
    }
    boolean begun = begins(prompt);
    Frame root = calling(language == null ? null : language.root(), offered, choice, begun);
    return Language.of(
        root, "calling", this, language == null ? "" : language, request.tools(), choice, begun);
  }

  /** Whether calls are held to the family's syntax. */
  private static boolean isHeld(ChatRequest request, OfferedTools offered) {
    return !request.toolChoice().isFree() || offered.names().stream().anyMatch(offered::strict);
  }

  private Frame calling(
      @Nullable Frame otherwise, OfferedTools offered, ToolChoice choice, boolean begun) {
    if (messages != null) {
      Spelling spelling = new Spelling(messages.marks(tokenizer).values(), Set.of());
      CallFrames calls = new CallFrames(offered, choice, spelling);
      return messages.calls(calls, begun, choice.required(), otherwise);
    }
    ToolCallFormat form = toolCalls();
    if (form == null || template == null) {
      throw new InvalidRequestException(
          "calls of tools cannot be enforced: it is not known how this model writes them; leave"
              + " out tool_choice, strict, parallel_tool_calls and response_format, or give a"
              + " template that has tools");
    }
    Spelling spelling = new Spelling(form.marks(tokenizer).values(), form.withinMarkers());
    CallFrames calls = new CallFrames(offered, choice, spelling);
    List<ToolCallPattern> patterns =
        form.written(callFields(template).written(template, name), spelling);
    Frame all = calls.alone(patterns);
    if (!choice.required() && otherwise != null) {
      all = Frames.oneOf(List.of(all, otherwise));
    } else if (!choice.required()) {
      all =
          form.wholeAnswer()
              ? Frames.oneOf(List.of(all, Frames.notBeginning("{[")))
              : calls.amongText(patterns, form.forgiven());
    }
    return reasoning == null ? all : reasoning.before(all, begun);
  }

  /** Whether {@code prompt} has begun reasoning, or a message of the answer. */
  private boolean begins(int[] prompt) {
    return messages != null
        ? messages.opens(prompt, tokenizer)
        : reasoning != null && reasoning.openAfter(prompt, tokenizer);
  }

  /** With messages whose calls are as the template wants them. */
  private ChatRequest withCalls(ChatTemplate own, ChatRequest request) {
    if (request.messages().stream().noneMatch(ToolCallShape::in)) {
      return request;
    }
    return request.withMessages(callFields(own).adapt(request.messages()));
  }

  private ToolCallShape callFields(ChatTemplate own) {
    if (callFields == null) {
      callFields = ToolCallShape.of(own, name);
    }
    return callFields;
  }

  /** With messages whose reasoning is where the template wants it. */
  private ChatRequest withReasoning(ChatTemplate own, ChatRequest request) {
    if (request.messages().stream().noneMatch(ReasoningShape::in)) {
      return request;
    }
    if (reasoningField == null) {
      reasoningField = ReasoningShape.of(own, name, callFields(own));
    }
    return request.withMessages(reasoningField.adapt(request.messages()));
  }

  /** The messages of {@code request} with texts and roles that the template knows. */
  private static List<Message> plain(ChatTemplate own, ChatRequest request) {
    return new KnownRoles(own, request).adapt(ContentParts.join(request.messages()));
  }

  private TurnEnd end() {
    if (end == null) {
      end =
          template == null || source.isEmpty()
              ? TurnEnd.NONE
              : TurnEnd.of(template, name, tokenizer);
    }
    return end;
  }
}
