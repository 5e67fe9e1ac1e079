package io.wasmchord.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.chord.Reply;
import java.util.UUID;

/** Replies as LangChain4j's responses. */
final class Responses {
  private Responses() {}

  static ChatResponse of(Reply reply, ChordModel model) {
    AiMessage.Builder said =
        AiMessage.builder()
            .toolExecutionRequests(reply.calls().stream().map(Responses::request).toList());
    if (!reply.text().isEmpty() || reply.calls().isEmpty()) {
      said.text(reply.text());
    }
    if (!reply.reasoning().isEmpty()) {
      said.thinking(reply.reasoning());
    }
    return ChatResponse.builder()
        .id("chord-" + UUID.randomUUID())
        .modelName(model.name())
        .aiMessage(said.build())
        .tokenUsage(new TokenUsage(reply.last().promptTokens(), reply.last().tokens().length))
        .finishReason(finish(reply))
        .build();
  }

  private static FinishReason finish(Reply reply) {
    return switch (reply.last().finish()) {
      case LENGTH -> FinishReason.LENGTH;
      case LISTENER -> FinishReason.OTHER;
      case STOP -> reply.calls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_EXECUTION;
    };
  }

  static ToolExecutionRequest request(NamedToolCall call) {
    return ToolExecutionRequest.builder()
        .id(call.id())
        .name(call.call().name())
        .arguments(call.call().arguments())
        .build();
  }
}
