package io.wasmchord.spring;

import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chord.Chat;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.chord.Piece;
import io.wasmchord.chord.Reply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * Spring AI's chat model. For any number of threads. Tools that a prompt's options have are called
 * here, until there is an answer; calls of tools that have no callback come back.
 */
public final class ChordChatModel implements ChatModel {
  private static final String REASONING = "reasoningContent";

  private final ChordModel model;

  /**
   * @param model stays the caller's to close
   */
  public ChordChatModel(ChordModel model) {
    this.model = model;
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    return whole(model.chat(chat(prompt)));
  }

  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    Chat chat = chat(prompt);
    return Flux.defer(() -> JdkFlowAdapter.flowPublisherToFlux(model.publish(chat)))
        .mapNotNull(this::response);
  }

  private Chat chat(Prompt prompt) {
    return Prompts.chat(prompt, name());
  }

  private @Nullable ChatResponse response(Piece piece) {
    return switch (piece) {
      case Piece.Text(String text) -> part(new AssistantMessage(text));
      case Piece.Reasoning(String text) ->
          part(AssistantMessage.builder().content("").properties(Map.of(REASONING, text)).build());
      case Piece.End(Reply reply) -> response("", Map.of(), reply);
      case Piece.Called _, Piece.Told _ -> null;
    };
  }

  private static ChatResponse part(AssistantMessage message) {
    return new ChatResponse(List.of(new Generation(message)));
  }

  private ChatResponse whole(Reply reply) {
    return response(
        reply.text(),
        reply.reasoning().isEmpty() ? Map.of() : Map.of(REASONING, reply.reasoning()),
        reply);
  }

  private ChatResponse response(String text, Map<String, Object> properties, Reply reply) {
    AssistantMessage message =
        AssistantMessage.builder()
            .content(text)
            .properties(properties)
            .toolCalls(reply.calls().stream().map(ChordChatModel::call).toList())
            .build();
    ChatGenerationMetadata ended =
        ChatGenerationMetadata.builder().finishReason(finish(reply)).build();
    ChatResponseMetadata metadata =
        ChatResponseMetadata.builder()
            .model(name())
            .usage(new DefaultUsage(reply.last().promptTokens(), reply.last().tokens().length))
            .build();
    return new ChatResponse(List.of(new Generation(message, ended)), metadata);
  }

  private static String finish(Reply reply) {
    return switch (reply.last().finish()) {
      case LENGTH -> "LENGTH";
      case LISTENER -> "OTHER";
      case STOP -> reply.calls().isEmpty() ? "STOP" : "TOOL_CALLS";
    };
  }

  private static AssistantMessage.ToolCall call(NamedToolCall call) {
    return new AssistantMessage.ToolCall(
        call.id(), "function", call.call().name(), call.call().arguments());
  }

  private String name() {
    return model.name();
  }
}
