package io.wasmchord.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.wasmchord.chord.ChordModel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** LangChain4j's own tests of streaming chat models. */
class SharedStreamingChatModelTest extends AbstractStreamingChatModelIT {
  private static final ChordModel MODEL = Scripted.load();
  private static final String MUNICH = "{\"city\": \"Munich\"}";

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Override
  protected List<StreamingChatModel> models() {
    return List.of(ChordStreamingChatModel.of(MODEL).options(chat -> chat.temperature(0)));
  }

  @Override
  protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
    return ChordStreamingChatModel.of(MODEL).parameters(parameters);
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return ChordStreamingChatModel.of(MODEL).listeners(List.of(listener));
  }

  @Override
  protected void verifyToolCallbacks(
      StreamingChatResponseHandler handler, InOrder order, String id) {
    order.verify(handler).onCompleteToolCall(complete(0, id, "getWeather", MUNICH));
  }

  @Override
  protected void verifyToolCallbacks(
      StreamingChatResponseHandler handler, InOrder order, String id, String second) {
    verifyToolCallbacks(handler, order, id);
    order
        .verify(handler)
        .onCompleteToolCall(complete(1, second, "getTime", "{\"country\": \"France\"}"));
  }

  @Override
  protected boolean supportsStreamingCancellation() {
    return false; // it is, but the shared test waits for half a minute; ours is below
  }

  @Test
  void whoCancelsHearsNoMore() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    AtomicInteger ends = new AtomicInteger();
    try (ChordModel one = ChordModel.of(Scripted.load().loaded(), 1)) {
      StreamingChatModel model = ChordStreamingChatModel.of(one);
      model.chat(
          "Tell me a story",
          new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(PartialResponse text, PartialResponseContext context) {
              context.streamingHandle().cancel();
              cancelled.countDown();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
              ends.incrementAndGet();
            }

            @Override
            public void onError(Throwable e) {
              ends.incrementAndGet();
            }
          });
      assertTrue(cancelled.await(30, TimeUnit.SECONDS));
      assertEquals(
          "It is green!",
          ChordChatModel.of(one).options(all -> all.temperature(0)).chat("My favourite color?"));
      assertEquals(0, ends.get());
    }
  }

  @Override
  protected boolean supportsPartialToolStreaming(StreamingChatModel model) {
    return false; // calls are told whole
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
