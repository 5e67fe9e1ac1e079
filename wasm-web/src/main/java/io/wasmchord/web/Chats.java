package io.wasmchord.web;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.session.GenerationOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model's chats: its formats are made once, when they are first asked for. */
final class Chats {
  private final ModelHeader header;
  private final Map<String, ChatFormat> formats = new HashMap<>();

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
   */
  Chat chat(String template, ChatOptions chat, List<String> stops, SamplingRequest sampling) {
    ChatFormat format = format(template);
    int[] prompt = format.encode(chat.request());
    StepText text =
        new StepText(listener -> format.reader(chat.request(), prompt, chat.splits(), listener));
    GenerationOptions options =
        format.options(
            chat.request(), sampling.maxTokens(), stops, sampling.options(), sampling.ignoreEnd());
    return new Chat(prompt, options, text);
  }

  private ChatFormat format(String template) {
    ChatFormat known = formats.get(template);
    if (known == null) {
      known =
          ChatFormat.of(
              template, header.file(), header.tokenizer(), () -> (long) Host.localSeconds());
      formats.put(template, known);
    }
    return known;
  }
}
