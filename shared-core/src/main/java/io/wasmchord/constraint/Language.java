package io.wasmchord.constraint;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.grammar.GbnfParser;
import io.wasmchord.constraint.regex.PatternFlags;
import io.wasmchord.constraint.regex.PatternFrame;
import io.wasmchord.constraint.schema.JsonSchema;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.tags.Preamble;
import io.wasmchord.constraint.tags.Tag;
import io.wasmchord.constraint.tags.TaggedText;
import io.wasmchord.constraint.text.AnyJson;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The texts that an answer may be. Immutable, and safe for concurrent use. */
public final class Language {
  private final List<Object> source; // what it was made of
  private final Frame root;

  private Language(Frame root, Object... source) {
    this.root = root;
    this.source = List.of(source);
  }

  /**
   * What a frame allows.
   *
   * @param source what it was made of: languages of equal sources are equal
   */
  public static Language of(Frame root, Object... source) {
    return new Language(root, source);
  }

  /** Any JSON object. */
  public static Language jsonObject(Whitespace whitespace) {
    return new Language(new AnyJson(whitespace, true), "object", whitespace);
  }

  /** Any JSON value. */
  public static Language json(Whitespace whitespace) {
    return new Language(new AnyJson(whitespace, false), "json", whitespace);
  }

  /**
   * What a JSON schema allows.
   *
   * @throws io.wasmchord.errors.UnenforceableSchemaException when a keyword cannot be enforced, or
   *     no value is allowed
   * @throws io.wasmchord.errors.ConstraintLimitException when there are too many cases
   */
  public static Language jsonSchema(JsonValue schema, SchemaOptions options) {
    return new Language(JsonSchema.frame(schema, options), "schema", schema, options);
  }

  /**
   * What a grammar in llama.cpp's notation allows; its rule {@code root}.
   *
   * @throws io.wasmchord.errors.InvalidGrammarException when it cannot be read; it says where
   * @throws io.wasmchord.errors.ConstraintLimitException when it is too large
   */
  public static Language grammar(String gbnf) {
    return new Language(GbnfParser.frame(gbnf), "grammar", gbnf);
  }

  /**
   * What a regular expression matches from beginning to end, in JavaScript's syntax.
   *
   * @param flags JavaScript's, as letters
   * @throws io.wasmchord.errors.InvalidGrammarException when it cannot be read or enforced
   * @throws io.wasmchord.errors.ConstraintLimitException when it is too large
   */
  public static Language pattern(String pattern, String flags) {
    return new Language(
        PatternFrame.of(pattern, PatternFlags.of(flags)), "pattern", pattern, flags);
  }

  /**
   * A constrained part of a text.
   *
   * @param begin how it begins, not empty
   * @param end how it ends
   */
  public record Part(String begin, Language content, String end) {}

  /**
   * Free text until a trigger has come; then a part that begins with it must follow, and then the
   * text is free again.
   *
   * @param triggers how parts begin; each part begins with one of them
   * @param needed whether there must be a part
   * @param once whether the text ends with the first
   * @throws io.wasmchord.errors.InvalidRequestException when a part begins with no trigger
   */
  public static Language tagged(
      List<Part> parts, List<String> triggers, boolean needed, boolean once) {
    List<Tag> tags =
        parts.stream().map(part -> new Tag(part.begin(), part.content().root, part.end())).toList();
    return new Language(
        new TaggedText(tags, triggers, needed, once).frame(),
        "tags",
        parts,
        triggers,
        needed,
        once);
  }

  /** The same after free text that has begun already and ends with {@code end}. */
  public Language after(String end) {
    return new Language(Preamble.begun(end, root), "after", end, this);
  }

  /** The same, perhaps after free text between {@code start} and {@code end}. */
  public Language perhapsAfter(String start, String end) {
    return new Language(Preamble.perhaps(start, end, root), "perhaps", start, end, this);
  }

  /** The place before the text. */
  public Frame root() {
    return root;
  }

  /** Whether they were made of the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Language language && source.equals(language.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }
}
