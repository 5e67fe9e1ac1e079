package io.wasmchord.langchain4j;

import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onCompleteResponse;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onCompleteToolCall;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onPartialResponse;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onPartialThinking;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.withLoggingExceptions;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chord.Chat;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.chord.Piece;
import io.wasmchord.chord.Reply;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * LangChain4j's streaming chat model: a handler hears the answer in a thread of its own. Immutable;
 * for any number of threads. The {@link ChordModel} stays the caller's to close.
 */
public final class ChordStreamingChatModel implements StreamingChatModel {
  private final ChordModel model;
  private final ModelOptions options;

  private ChordStreamingChatModel(ChordModel model, ModelOptions options) {
    this.model = model;
    this.options = options;
  }

  /** A model's. */
  public static ChordStreamingChatModel of(ChordModel model) {
    return new ChordStreamingChatModel(model, ModelOptions.NONE);
  }

  /**
   * The same with parameters that hold where a request names no others.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException when they name another model
   */
  public ChordStreamingChatModel parameters(ChatRequestParameters parameters) {
    Requests.requireModel(parameters.modelName(), model);
    return new ChordStreamingChatModel(model, options.with(parameters));
  }

  /** The same with options that LangChain4j has no names for, such as a seed or {@code min_p}. */
  public ChordStreamingChatModel options(UnaryOperator<Chat> all) {
    return new ChordStreamingChatModel(model, options.with(all));
  }

  /** The same, of which these hear. */
  public ChordStreamingChatModel listeners(List<ChatModelListener> all) {
    return new ChordStreamingChatModel(model, options.with(all));
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    Chat chat = options.options().apply(Requests.chat(request, model));
    Thread.ofPlatform()
        .daemon()
        .name("chord-answer")
        .start(() -> new Told(handler).run(model, chat));
  }

  /** One answer, as a handler is told of it. */
  private static final class Told implements StreamingHandle, RunControl {
    private final StreamingChatResponseHandler handler;
    private volatile boolean cancelled;

    Told(StreamingChatResponseHandler handler) {
      this.handler = handler;
    }

    void run(ChordModel model, Chat chat) {
      try {
        Reply reply = model.chat(chat, this::tell, this);
        int index = 0;
        for (NamedToolCall call : reply.calls()) {
          onCompleteToolCall(handler, new CompleteToolCall(index++, Responses.request(call)));
        }
        onCompleteResponse(handler, Responses.of(reply, model));
      } catch (CancelledException e) {
        return; // whoever has cancelled knows
      } catch (InvalidRequestException | ContextOverflowException e) {
        fail(new dev.langchain4j.exception.InvalidRequestException(e.getMessage(), e));
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }

    private void fail(Throwable e) {
      withLoggingExceptions(() -> handler.onError(e));
    }

    private void tell(Piece piece) {
      switch (piece) {
        case Piece.Text(String text) -> onPartialResponse(handler, text, this);
        case Piece.Reasoning(String text) -> onPartialThinking(handler, text, this);
        case Piece.Called _, Piece.Told _, Piece.End _ -> {}
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean cancelled() {
      return cancelled;
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
