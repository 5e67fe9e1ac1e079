package io.wasmchord.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.wasmchord.chord.Chat;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What holds for all requests to a chat model.
 *
 * @param parameters where a request names no others
 * @param options further ones, which LangChain4j has no names for
 * @param listeners that hear of requests and responses
 */
record ModelOptions(
    ChatRequestParameters parameters,
    UnaryOperator<Chat> options,
    List<ChatModelListener> listeners) {
  static final ModelOptions NONE =
      new ModelOptions(
          ChatRequestParameters.builder().build(), UnaryOperator.identity(), List.of());

  ModelOptions {
    listeners = List.copyOf(listeners);
  }

  ModelOptions with(ChatRequestParameters others) {
    return new ModelOptions(others, options, listeners);
  }

  ModelOptions with(UnaryOperator<Chat> others) {
    return new ModelOptions(parameters, others, listeners);
  }

  ModelOptions with(List<ChatModelListener> others) {
    return new ModelOptions(parameters, options, others);
  }
}
