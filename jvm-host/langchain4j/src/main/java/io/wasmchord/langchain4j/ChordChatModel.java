package io.wasmchord.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.wasmchord.chord.Chat;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * LangChain4j's chat model. Immutable; for any number of threads. The {@link ChordModel} stays the
 * caller's to close.
 *
 * <pre>{@code
 * try (ChordModel model = ChordModel.load("hf:owner/repository/file.gguf")) {
 *   ChatModel chat = ChordChatModel.of(model);
 *   System.out.println(chat.chat("Why is the sky blue?"));
 * }
 * }</pre>
 */
public final class ChordChatModel implements ChatModel {
  private final ChordModel model;
  private final ModelOptions options;

  private ChordChatModel(ChordModel model, ModelOptions options) {
    this.model = model;
    this.options = options;
  }

  /** A model's. */
  public static ChordChatModel of(ChordModel model) {
    return new ChordChatModel(model, ModelOptions.NONE);
  }

  /**
   * The same with parameters that hold where a request names no others.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException when they name another model
   */
  public ChordChatModel parameters(ChatRequestParameters parameters) {
    Requests.requireModel(parameters.modelName(), model);
    return new ChordChatModel(model, options.with(parameters));
  }

  /** The same with options that LangChain4j has no names for, such as a seed or {@code min_p}. */
  public ChordChatModel options(UnaryOperator<Chat> all) {
    return new ChordChatModel(model, options.with(all));
  }

  /** The same, of which these hear. */
  public ChordChatModel listeners(List<ChatModelListener> all) {
    return new ChordChatModel(model, options.with(all));
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    try {
      Chat chat = options.options().apply(Requests.chat(request, model));
      return Responses.of(model.chat(chat), model);
    } catch (InvalidRequestException | ContextOverflowException e) {
      throw new dev.langchain4j.exception.InvalidRequestException(e.getMessage(), e);
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return options.parameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return options.listeners();
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }
}
