package io.wasmchord.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.wasmchord.chord.ChordModel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's own tests of whoever listens. */
class SharedListenerTest extends AbstractChatModelListenerIT {
  private static final ChordModel MODEL = Scripted.load();

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return ChordChatModel.of(MODEL)
        .parameters(
            ChatRequestParameters.builder()
                .modelName(modelName())
                .temperature(temperature())
                .topP(topP())
                .maxOutputTokens(maxTokens())
                .build())
        .listeners(List.of(listener));
  }

  @Override
  protected String modelName() {
    return MODEL.name();
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    return ChordChatModel.of(MODEL)
        .options(chat -> chat.with("no such option", 1))
        .listeners(List.of(listener));
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return InvalidRequestException.class;
  }
}
