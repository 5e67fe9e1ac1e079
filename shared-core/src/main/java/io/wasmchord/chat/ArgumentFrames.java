package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.schema.JsonSchema;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.text.Notation;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Arguments that are written each on its own, in the order of their schema. */
final class ArgumentFrames {
  private static final String TEXT = "string";
  private static final JsonValue NO_TEXT = JsonReader.parse("{\"not\": {\"type\": \"string\"}}");

  /** What a text may have in it that is written as it is. */
  private static final Dfa WRITABLE = Dfa.ofPattern("[^\\u0000-\\u0008\\u000B-\\u001F\\u007F]*");

  /** Texts that would be read as something else where a value need not be a text. */
  private static final Dfa LITERALS =
      Dfa.ofPattern("(null|true|false|None|True|False)\\s*|[-+\\d\\s\\[{\"'][\\s\\S]*");

  private final ToolSchema tool;
  private final SchemaOptions options;
  private final OfferedTools offered;

  ArgumentFrames(ToolSchema tool, SchemaOptions options, OfferedTools offered) {
    this.tool = tool;
    this.options = options;
    this.offered = offered;
  }

  /**
   * As Python writes named arguments, with their brackets.
   *
   * @param without what no text may have in it; empty for nothing
   */
  Frame python(String without) {
    SchemaOptions literals = options.with(Notation.PYTHON.avoiding(without));
    Frame arguments =
        list(
            Frames.text(", "),
            parameter -> {
              Frame value = json(parameter.schema(), literals);
              return value == null
                  ? null
                  : Frames.inOrder(Frames.text(parameter.name() + "="), value);
            });
    return Frames.inOrder(Frames.text("("), arguments, Frames.text(")"));
  }

  /** In tags, up to the one that ends them. */
  Frame tagged(ArgumentTags tags, Spelling spelling) {
    Frame arguments =
        list(
            Frames.NOTHING,
            parameter -> {
              Frame value = value(parameter, tags, spelling);
              return value == null
                  ? null
                  : Frames.inOrder(
                      Frames.BLANK,
                      spelling.frame(tags.key()),
                      Frames.text(parameter.name()),
                      spelling.frame(tags.keyEnd()),
                      value,
                      spelling.frame(tags.valueEnd(parameter.name())));
            });
    return Frames.inOrder(arguments, Frames.BLANK, spelling.frame(tags.end()));
  }

  /**
   * The parameters that are required, and any of the others.
   *
   * @param write a parameter, or null where it cannot be written
   */
  private Frame list(Frame between, Function<ToolSchema.Parameter, @Nullable Frame> write) {
    List<Frame> all = new ArrayList<>();
    String unwritable = "";
    for (List<ToolSchema.Parameter> each : tool.parameters()) {
      List<ToolSchema.Parameter> parameters = new ArrayList<>();
      List<Frame> written = new ArrayList<>();
      String missing = "";
      for (ToolSchema.Parameter one : each) {
        Frame frame = write.apply(one);
        if (frame != null) {
          parameters.add(one);
          written.add(frame);
        } else if (one.required()) {
          missing = one.name();
        }
      }
      if (missing.isEmpty()) {
        all.add(list(between, parameters, written));
      } else {
        unwritable = missing;
      }
    }
    if (all.isEmpty()) {
      throw tool.unwritable(unwritable, "no value can be written that its schema allows");
    }
    return Frames.oneOf(all);
  }

  private static Frame list(
      Frame between, List<ToolSchema.Parameter> parameters, List<Frame> written) {
    List<Frame> firsts = new ArrayList<>(); // what may begin them, from the last on
    Frame rest = Frames.NOTHING; // where others have come before
    boolean mayEnd = true;
    for (int i = written.size() - 1; i >= 0; i--) {
      Frame first = Frames.inOrder(written.get(i), rest);
      if (parameters.get(i).required()) {
        firsts.clear();
        mayEnd = false;
      }
      firsts.add(first);
      Frame next = Frames.inOrder(between, first);
      rest = parameters.get(i).required() ? next : Frames.oneOf(List.of(next, rest));
    }
    if (mayEnd) {
      firsts.add(Frames.NOTHING);
    }
    return Frames.oneOf(firsts);
  }

  private @Nullable Frame value(
      ToolSchema.Parameter parameter, ArgumentTags tags, Spelling spelling) {
    Set<String> types = offered.types(tool.name(), parameter.name());
    boolean text = types.equals(Set.of(TEXT));
    boolean said = !tags.literal().isEmpty();
    List<Frame> all = new ArrayList<>();
    if (text || types.isEmpty() || types.contains(TEXT)) {
      Frame raw = raw(parameter, tags, text || said);
      if (raw != null) {
        all.add(Frames.inOrder(before(tags, tags.value(), spelling), around(tags, raw)));
      }
    }
    if (!text) {
      boolean apart = said || types.contains(TEXT);
      JsonObject schema =
          apart
              ? JsonObject.of("allOf", JsonValue.of(List.of(parameter.schema(), NO_TEXT)))
              : parameter.schema();
      Frame json = json(schema, options);
      if (json != null) {
        String tag = said ? tags.literal() : tags.value();
        all.add(Frames.inOrder(before(tags, tag, spelling), around(tags, json)));
      }
    }
    return all.isEmpty() ? null : Frames.oneOf(all);
  }

  private static Frame before(ArgumentTags tags, String tag, Spelling spelling) {
    if (tag.isEmpty()) {
      return Frames.NOTHING;
    }
    Frame space = tags.literal().isEmpty() ? Frames.BLANK : Frames.text(" ");
    return Frames.inOrder(space, spelling.frame(tag));
  }

  private static Frame around(ArgumentTags tags, Frame value) {
    Frame line = tags.ownLines() ? Frames.text("\n") : Frames.NOTHING;
    return Frames.inOrder(line, value, line);
  }

  private @Nullable Frame json(JsonObject schema, SchemaOptions how) {
    try {
      return JsonSchema.frame(schema, how);
    } catch (UnenforceableSchemaException e) {
      return null; // there is no such value; all else was looked at before
    }
  }

  /** The texts that a parameter may be, as they are. */
  private @Nullable Frame raw(
      ToolSchema.Parameter parameter, ArgumentTags tags, boolean nothingElse) {
    Dfa writable = WRITABLE;
    for (String tag : List.of(tags.key(), tags.end(), tags.valueEnd(parameter.name()))) {
      writable = writable.and(Notation.without(tag));
    }
    if (tags.sections()) {
      writable = writable.minus(Dfa.ofPattern("<!\\[CDATA\\[[\\s\\S]*"));
    }
    return JsonSchema.texts(
        parameter.schema(), options, nothingElse ? writable : writable.minus(LITERALS));
  }
}
