package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.regex.DfaFrame;
import io.wasmchord.constraint.schema.JsonSchema;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.tags.Tag;
import io.wasmchord.constraint.tags.TaggedText;
import io.wasmchord.constraint.text.Notation;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools as a family writes them: the patterns that its calls are read with, filled with
 * the tools' names and schemas.
 */
final class CallFrames {
  /** Calls in one answer, at most. */
  static final int MOST_CALLS = 64;

  private static final String FENCE = "```";

  private final List<ToolSchema> tools;
  private final OfferedTools offered;
  private final SchemaOptions options;
  private final Spelling spelling;
  private final int most;

  /**
   * @param offered the tools that the model may call if {@code choice} wants it
   * @throws io.wasmchord.errors.UnenforceableSchemaException when a strict tool's schema cannot be
   *     enforced
   */
  CallFrames(OfferedTools offered, ToolChoice choice, Spelling spelling) {
    this.tools = ToolSchema.of(offered, choice);
    this.offered = offered;
    this.options = ToolSchema.options(tools);
    this.spelling = spelling;
    this.most = choice.several() ? MOST_CALLS : 1;
  }

  List<ToolSchema> tools() {
    return tools;
  }

  Spelling spelling() {
    return spelling;
  }

  int most() {
    return most;
  }

  /** Calls, and nothing else. */
  Frame alone(List<ToolCallPattern> patterns) {
    List<Frame> all = new ArrayList<>();
    for (ToolCallPattern pattern : patterns) {
      Frame one = Frames.inOrder(Frames.text(opening(pattern)), afterOpening(pattern));
      all.add(isSeveral(pattern) ? one : Frames.several(one, Frames.BLANK, most));
    }
    return Frames.oneOf(all);
  }

  /**
   * Free text until a call is opened.
   *
   * @param forgiven other ways to open one, which are read as well
   */
  Frame amongText(List<ToolCallPattern> patterns, List<ToolCallPattern> forgiven) {
    List<Tag> tags = new ArrayList<>();
    List<ToolCallPattern> all = new ArrayList<>(patterns);
    all.addAll(forgiven);
    for (ToolCallPattern pattern : all) {
      tags.add(new Tag(opening(pattern), afterOpening(pattern), ""));
    }
    List<String> triggers = tags.stream().map(Tag::begin).distinct().toList();
    return new TaggedText(tags, triggers, false, most == 1).frame();
  }

  /** The arguments of a tool, as JSON. */
  Frame json(ToolSchema tool) {
    return JsonSchema.frame(tool.reference(), options);
  }

  private String opening(ToolCallPattern pattern) {
    return pattern.parts().getFirst() instanceof ToolCallPattern.Marker(String text, boolean end)
        ? spelling.of(text)
        : "";
  }

  /** Whether several calls are one text of the pattern. */
  private static boolean isSeveral(ToolCallPattern pattern) {
    return pattern.writing() == ToolCallPattern.Writing.SECTION
        || pattern.parts().stream()
            .anyMatch(part ->
                switch (part) {
                  case ToolCallPattern.Calls(ToolCallPattern.Keys keys, boolean list) -> list;
                  case ToolCallPattern.CallRow row -> true;
                  case ToolCallPattern.NamedCalls named -> true;
                  case ToolCallPattern.PythonRow row -> true;
                  case ToolCallPattern.PythonCalls calls -> true;
                  default -> false;
                });
  }

  private Frame afterOpening(ToolCallPattern pattern) {
    List<ToolCallPattern.Part> parts = pattern.parts();
    boolean opened = parts.getFirst() instanceof ToolCallPattern.Marker;
    if (pattern.writing() == ToolCallPattern.Writing.SECTION) {
      Frame one = calls(parts.subList(1, parts.size() - 1));
      return Frames.inOrder(
          Frames.BLANK,
          Frames.several(one, Frames.BLANK, most),
          Frames.BLANK,
          part(parts.getLast(), null));
    }
    List<ToolCallPattern.Part> rest = parts.subList(opened ? 1 : 0, parts.size());
    Frame calls = calls(rest);
    boolean spaced = opened && mayBeApart(parts.getFirst(), rest.getFirst());
    return spaced ? Frames.inOrder(Frames.BLANK, calls) : calls;
  }

  /** Parts for each tool, where they are of one tool; else for all of them. */
  private Frame calls(List<ToolCallPattern.Part> parts) {
    boolean named =
        parts.stream()
            .anyMatch(part ->
                part instanceof ToolCallPattern.Word word
                    && word.use() != ToolCallPattern.Use.NOTHING);
    return named
        ? Frames.oneOf(tools.stream().map(tool -> inOrder(parts, tool)).toList())
        : inOrder(parts, null);
  }

  private Frame inOrder(List<ToolCallPattern.Part> parts, @Nullable ToolSchema tool) {
    List<Frame> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0 && mayBeApart(parts.get(i - 1), parts.get(i))) {
        all.add(Frames.BLANK);
      }
      all.add(part(parts.get(i), tool));
    }
    return Frames.inOrder(all);
  }

  /** Whether space may stand between two parts: not around names, but before what is fenced. */
  private static boolean mayBeApart(ToolCallPattern.Part before, ToolCallPattern.Part after) {
    if (after instanceof ToolCallPattern.Word || after instanceof ToolCallPattern.End) {
      return false;
    }
    return !(before instanceof ToolCallPattern.Word)
        || after instanceof ToolCallPattern.Tagged
        || (after instanceof ToolCallPattern.Marker(String text, boolean end)
            && text.startsWith(FENCE));
  }

  private Frame part(ToolCallPattern.Part part, @Nullable ToolSchema tool) {
    return switch (part) {
      case ToolCallPattern.Marker(String text, boolean optional) -> spelling.frame(text);
      case ToolCallPattern.Word(ToolCallPattern.Use use, String written) ->
          word(use, written, tool);
      case ToolCallPattern.Calls(ToolCallPattern.Keys keys, boolean list) ->
          list ? list(tools.stream().map(one -> call(one, keys)).toList()) : calls(keys);
      case ToolCallPattern.CallRow(ToolCallPattern.Keys keys, String between) ->
          Frames.several(calls(keys), Frames.text(between), most);
      case ToolCallPattern.NamedCalls named ->
          list(tools.stream().map(one -> object(one.name(), one.reference())).toList());
      case ToolCallPattern.Arguments arguments -> json(known(tool));
      case ToolCallPattern.Tagged(ArgumentTags tags) ->
          arguments(known(tool)).tagged(tags, spelling);
      case ToolCallPattern.Bare(String quote) ->
          JsonSchema.frame(
              known(tool).reference(),
              options.with(Notation.marked(spelling.of(quote))).with(Whitespace.NONE));
      case ToolCallPattern.PythonRow row -> python("");
      case ToolCallPattern.PythonCalls(String end) ->
          Frames.inOrder(python(spelling.isControl(end) ? "" : end), spelling.frame(end));
      case ToolCallPattern.Before before -> Frames.NOTHING;
      case ToolCallPattern.End end -> Frames.NOTHING;
    };
  }

  private static ToolSchema known(@Nullable ToolSchema tool) {
    if (tool == null) {
      throw new IllegalStateException("arguments of a tool that no part names");
    }
    return tool;
  }

  private Frame word(ToolCallPattern.Use use, String written, @Nullable ToolSchema tool) {
    return switch (use) {
      case NOTHING -> new DfaFrame(Dfa.ofPattern(written), 0);
      case NAME -> Frames.text(plainName(known(tool)));
      case ID ->
          Frames.inOrder(
              Frames.text("functions." + plainName(known(tool)) + ":"),
              new DfaFrame(Dfa.ofPattern(written), 0));
    };
  }

  /** The name of a tool where it stands without quotes. */
  static String plainName(ToolSchema tool) {
    if (!ToolSchema.isPlain(tool.name())) {
      throw new InvalidRequestException(
          "the tool '"
              + tool.name()
              + "' cannot be called as this model writes calls: its name has characters that mean"
              + " something else there; use letters, digits, '_', '-' and '.'");
    }
    return tool.name();
  }

  private Frame python(String without) {
    List<Frame> calls = new ArrayList<>();
    for (ToolSchema tool : tools) {
      calls.add(Frames.inOrder(Frames.text(plainName(tool)), arguments(tool).python(without)));
    }
    Frame several = Frames.several(Frames.oneOf(calls), Frames.text(", "), most);
    return Frames.inOrder(Frames.text("["), several, Frames.text("]"));
  }

  private ArgumentFrames arguments(ToolSchema tool) {
    return new ArgumentFrames(tool, options, offered);
  }

  private Frame calls(ToolCallPattern.Keys keys) {
    return Frames.oneOf(
        tools.stream().map(tool -> JsonSchema.frame(call(tool, keys), options)).toList());
  }

  /** A list of what the schemas allow, each on its own: so keys stay in their order. */
  private Frame list(List<JsonObject> elements) {
    List<Frame> one = elements.stream().map(each -> JsonSchema.frame(each, options)).toList();
    Frame comma = Frames.inOrder(Frames.text(","), Frames.BLANK);
    return Frames.inOrder(
        Frames.text("["),
        Frames.BLANK,
        Frames.several(Frames.oneOf(one), comma, most),
        Frames.BLANK,
        Frames.text("]"));
  }

  /** The schema of a call of {@code tool}. */
  private static JsonObject call(ToolSchema tool, ToolCallPattern.Keys keys) {
    JsonObject.Builder properties = JsonObject.builder();
    if (!keys.first().isEmpty()) {
      properties.put(
          keys.first(),
          JsonObject.builder()
              .put("type", "string")
              .put("pattern", "^(" + keys.firstValue() + ")$")
              .build());
    }
    properties.put(keys.name(), JsonObject.of("const", JsonValue.of(tool.name())));
    properties.put(keys.arguments(), tool.reference());
    return object(properties.build(), List.of(keys.name(), keys.arguments()));
  }

  private static JsonObject object(String property, JsonObject value) {
    return object(JsonObject.of(property, value), List.of(property));
  }

  private static JsonObject object(JsonObject properties, List<String> required) {
    return JsonObject.builder()
        .put("type", "object")
        .put("properties", properties)
        .put("required", JsonValue.of(required.stream().map(JsonValue::of).toList()))
        .put("additionalProperties", false)
        .build();
  }
}
