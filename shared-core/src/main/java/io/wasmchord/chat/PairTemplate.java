package io.wasmchord.chat;

import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The template of a reranker's file: a text with places for a query and a document, and nothing
 * else. Neither of the two can become a control token.
 */
public final class PairTemplate {
  private static final String KEY = "tokenizer.chat_template.rerank";
  private static final String QUERY = "{query}";
  private static final String DOCUMENT = "{document}";

  private final String source;
  private final Tokenizer tokenizer;
  private final Set<Integer> controls;

  private PairTemplate(String source, Tokenizer tokenizer) {
    this.source = source;
    this.tokenizer = tokenizer;
    this.controls = TemplateControlTokens.of(source, tokenizer);
  }

  /**
   * The template in {@code metadata}, or null if there is none.
   *
   * @throws InvalidModelException when it lacks one of the places
   */
  public static @Nullable PairTemplate of(Metadata metadata, Tokenizer tokenizer) {
    if (!(metadata.value(KEY) instanceof GgufValue.Text(String source)) || source.isBlank()) {
      return null;
    }
    for (String place : new String[] {QUERY, DOCUMENT}) {
      if (!source.contains(place)) {
        throw new InvalidModelException(
            KEY
                + " has no "
                + place
                + ". The file may be converted wrongly: choose another of this model.");
      }
    }
    return new PairTemplate(source, tokenizer);
  }

  /** The tokens of a pair. */
  public int[] encode(String query, String document) {
    TextBuilder text = new TextBuilder();
    int from = 0;
    while (from < source.length()) {
      int q = source.indexOf(QUERY, from);
      int d = source.indexOf(DOCUMENT, from);
      boolean queryFirst = q >= 0 && (d < 0 || q < d);
      int at = queryFirst ? q : d;
      if (at < 0) {
        break;
      }
      text.append(new Value.Text(source.substring(from, at)));
      text.append((Value.Text) Value.ofInput(JsonValue.of(queryFirst ? query : document)));
      from = at + (queryFirst ? QUERY : DOCUMENT).length();
    }
    text.append(new Value.Text(source.substring(from)));
    return PromptTokens.encodeAlone(text.text(), controls, tokenizer);
  }
}
