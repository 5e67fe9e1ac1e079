package io.wasmchord.langchain4j;

import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.wasmchord.chord.ChordModel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's own tests of chat models. */
class SharedChatModelTest extends AbstractChatModelIT {
  private static final ChordModel MODEL = Scripted.load();

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(ChordChatModel.of(MODEL).options(chat -> chat.temperature(0)));
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return ChordChatModel.of(MODEL).parameters(parameters);
  }

  @Override
  protected String customModelName() {
    return "another";
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return ChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected ImageContent catImageContentBase64() {
    return ImageContent.from("AA==", "image/png"); // refused before anybody looks at it
  }

  @Override
  protected boolean supportsModelNameParameter() {
    return false; // a model is chosen when it is loaded
  }

  @Override
  protected boolean supportsSingleImageInputAsBase64EncodedString() {
    return false;
  }

  @Override
  protected boolean supportsMultipleImageInputsAsBase64EncodedStrings() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsPublicURL() {
    return false;
  }

  @Override
  protected boolean supportsMultipleImageInputsAsPublicURLs() {
    return false;
  }
}
