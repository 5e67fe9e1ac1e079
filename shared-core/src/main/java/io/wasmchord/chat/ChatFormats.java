package io.wasmchord.chat;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.WallClock;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's formats: each is made when it is first asked for, and kept. Of templates that callers
 * give, the last one is kept.
 */
public final class ChatFormats {
  private final GgufFile file;
  private final Tokenizer tokenizer;
  private final WallClock clock;
  private final Map<String, ChatFormat> formats = new HashMap<>();
  private String givenSource = ""; // never that of a template
  private @Nullable ChatFormat given;

  public ChatFormats(GgufFile file, Tokenizer tokenizer, WallClock clock) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  /**
   * The format of the template {@code source}, or where that is null the one called {@code name}.
   *
   * @param name as {@link ChatFormat#of} takes it
   * @throws io.wasmchord.errors.InvalidRequestException when there is no such preset or template,
   *     or the file has none
   */
  public ChatFormat format(String name, @Nullable String source) {
    return source == null ? named(name) : given(source);
  }

  private ChatFormat named(String name) {
    ChatFormat known = formats.get(name);
    if (known == null) {
      known = ChatFormat.of(name, file, tokenizer, clock);
      formats.put(name, known);
    }
    return known;
  }

  private ChatFormat given(String source) {
    ChatFormat known = given;
    if (known == null || !source.equals(givenSource)) {
      known = ChatFormat.ofSource(source, tokenizer, clock);
      given = known;
      givenSource = source;
    }
    return known;
  }
}
