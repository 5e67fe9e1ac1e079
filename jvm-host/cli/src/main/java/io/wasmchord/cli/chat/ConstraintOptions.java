package io.wasmchord.cli.chat;

import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.schema.SchemaOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an answer must be; at most one of them is given. */
public final class ConstraintOptions {
  @Option(
      names = "--json-schema",
      paramLabel = "FILE",
      description = "The answer is JSON that the schema in FILE allows.")
  private @Nullable Path schema;

  @Option(
      names = "--grammar",
      paramLabel = "FILE",
      description = "The answer is what the grammar in FILE allows, in llama.cpp's GBNF.")
  private @Nullable Path grammar;

  @Option(
      names = "--regex",
      paramLabel = "PATTERN",
      description = "The answer is what PATTERN matches as a whole, in JavaScript's syntax.")
  private @Nullable String pattern;

  /**
   * The language, or null for any text.
   *
   * @throws io.wasmchord.jvm.FileException when a file cannot be read
   * @throws io.wasmchord.errors.ChordException when what is in it cannot be enforced
   */
  @Nullable Language language() {
    if (schema != null) {
      return Language.jsonSchema(Texts.json(schema), SchemaOptions.DEFAULT);
    }
    if (grammar != null) {
      return Language.grammar(Texts.read(grammar));
    }
    return pattern == null ? null : Language.pattern(pattern, "");
  }
}
