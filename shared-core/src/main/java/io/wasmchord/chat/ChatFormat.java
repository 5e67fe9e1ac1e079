package io.wasmchord.chat;

import io.wasmchord.chat.jinja.ChatTemplateException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.WallClock;
import io.wasmchord.session.InvalidRequestException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a model is asked: through its file's own template, or a preset that the caller names. */
public final class ChatFormat {
  /** Stands for the file's own template. */
  public static final String AUTO = "auto";

  private final @Nullable ChatTemplate template;
  private final @Nullable ChatPreset preset;
  private final Tokenizer tokenizer;

  private ChatFormat(
      @Nullable ChatTemplate template, @Nullable ChatPreset preset, Tokenizer tokenizer) {
    this.template = template;
    this.preset = preset;
    this.tokenizer = tokenizer;
  }

  /**
   * The format called {@code name}.
   *
   * @param name {@link #AUTO} or a preset's name
   * @throws InvalidRequestException when there is no such preset, or the file has no template
   */
  public static ChatFormat of(String name, GgufFile file, Tokenizer tokenizer, WallClock clock) {
    if (!name.equals(AUTO)) {
      return new ChatFormat(null, ChatPreset.byName(name), tokenizer);
    }
    ChatTemplate own = ChatTemplate.of(file.metadata(), tokenizer, clock);
    if (own == null) {
      throw new InvalidRequestException(
          file.fileName() + " has no chat template; name one: " + ChatPreset.names());
    }
    String source = file.metadata().string("tokenizer.chat_template", "");
    return new ChatFormat(own, ChatPreset.detect(source), tokenizer);
  }

  /**
   * The prompt for the answer to {@code messages}.
   *
   * @throws ChatTemplateException when the file's template fails; the message offers the presets
   */
  public int[] encode(List<Message> messages) {
    return encode(ChatRequest.of(messages));
  }

  /**
   * The prompt for {@code request}. Presets know nothing but messages.
   *
   * @throws ChatTemplateException when the file's template fails; the message offers the presets
   */
  public int[] encode(ChatRequest request) {
    if (template != null) {
      return encode(template, request);
    }
    if (preset == null) {
      throw new IllegalStateException("neither template nor preset");
    }
    if (request.tools().truthy() || request.documents().truthy()) {
      throw new InvalidRequestException(
          "a preset has no place for tools or documents; use the model's own template");
    }
    return preset.encode(tokenizer, request.messages());
  }

  private static int[] encode(ChatTemplate template, ChatRequest request) {
    try {
      return template.encode(request);
    } catch (ChatTemplateException e) {
      throw e.advising("to do without the model's own template, name one: " + ChatPreset.names());
    }
  }

  /** Texts that end an answer where the model's own tokens do not. */
  public List<String> stops() {
    return preset == null ? List.of() : preset.stops();
  }
}
