package io.wasmchord.web;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.session.GenerationOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's chats: its formats are made once, when they are first asked for. Of templates that a
 * page gives, the last one is kept.
 */
final class Chats {
  private final ModelHeader header;
  private final Map<String, ChatFormat> formats = new HashMap<>();
  private String givenSource = ""; // never that of a template
  private @Nullable ChatFormat given;

  Chats(ModelHeader header) {
    this.header = header;
  }

  /** An answer to be generated. */
  record Chat(int[] prompt, GenerationOptions options, StepText text) {}

  /**
   * The answer to a conversation.
   *
   * @param template {@code auto}, a preset's name, or that of one of the file's templates
   * @param stops the page's own
   * @throws InvalidRequestException when the page both names a template and gives one
   */
  Chat chat(String template, ChatOptions chat, List<String> stops, SamplingRequest sampling) {
    ChatFormat format = format(template, chat.source());
    int[] prompt = format.encode(chat.request());
    StepText text =
        new StepText(listener -> format.reader(chat.request(), prompt, chat.splits(), listener));
    GenerationOptions options =
        format.options(
            chat.request(), sampling.maxTokens(), stops, sampling.options(), sampling.ignoreEnd());
    return new Chat(prompt, options, text);
  }

  /** The format of {@code source}, or where that is null the one called {@code template}. */
  ChatFormat format(String template, @Nullable String source) {
    if (source != null) {
      if (!template.equals(ChatFormat.AUTO)) {
        throw new InvalidRequestException(
            "'template' and 'chat_template' exclude each other; give one of them");
      }
      return given(source);
    }
    ChatFormat known = formats.get(template);
    if (known == null) {
      known = ChatFormat.of(template, header.file(), header.tokenizer(), Chats::localSeconds);
      formats.put(template, known);
    }
    return known;
  }

  private ChatFormat given(String source) {
    ChatFormat known = given;
    if (known == null || !source.equals(givenSource)) {
      known = ChatFormat.ofSource(source, header.tokenizer(), Chats::localSeconds);
      given = known;
      givenSource = source;
    }
    return known;
  }

  private static long localSeconds() {
    return (long) Host.localSeconds();
  }
}
