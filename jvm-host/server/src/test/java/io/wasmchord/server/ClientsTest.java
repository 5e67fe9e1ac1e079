package io.wasmchord.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.ollama.OllamaModels;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The clients that people use: OpenAI's for Java, and LangChain4j's of OpenAI and Ollama. */
class ClientsTest {
  private static final String KEY = "a-key";
  private static final String ASK = "What is the capital of Japan?";
  private static final String ANSWER = "The capital of Japan is Tokyo.";

  private static TestServer served;
  private static TestServer keyless;

  @BeforeAll
  static void start() {
    served =
        new TestServer(
            ServerOptions.local(0).withKeys(Set.of(KEY)), List.of(TestServer.demoModel("demo")));
    keyless = TestServer.demo(ServerLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    served.close();
    keyless.close();
  }

  private static OpenAIClient openAi(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(served.address() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams question(String model) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .temperature(0)
        .addUserMessage(ASK)
        .build();
  }

  @Test
  void openAisClientAsksAndHears() {
    OpenAIClient client = openAi(KEY);
    try {
      ChatCompletion answer = client.chat().completions().create(question("demo"));
      assertEquals(ANSWER, answer.choices().getFirst().message().content().orElseThrow());
      assertEquals(15, answer.usage().orElseThrow().promptTokens());
      try (StreamResponse<ChatCompletionChunk> stream =
          client.chat().completions().createStreaming(question("demo"))) {
        String heard =
            stream.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta().content().orElse(""))
                .collect(Collectors.joining());
        assertEquals(ANSWER, heard);
      }
      assertEquals("demo", client.models().list().data().getFirst().id());
      assertFalse(
          client
              .embeddings()
              .create(EmbeddingCreateParams.builder().model("demo").input("the cat").build())
              .data()
              .getFirst()
              .embedding()
              .isEmpty());
      assertThrows(
          NotFoundException.class, () -> client.chat().completions().create(question("other")));
    } finally {
      client.close();
    }
    OpenAIClient stranger = openAi("another");
    assertThrows(
        UnauthorizedException.class, () -> stranger.chat().completions().create(question("demo")));
    stranger.close();
  }

  private static String streamed(StreamingChatModel model) throws Exception {
    StringBuilder text = new StringBuilder();
    CompletableFuture<ChatResponse> done = new CompletableFuture<>();
    model.chat(
        ASK,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String part) {
            text.append(part);
          }

          @Override
          public void onCompleteResponse(ChatResponse whole) {
            done.complete(whole);
          }

          @Override
          public void onError(Throwable error) {
            done.completeExceptionally(error);
          }
        });
    String whole = done.get(60, TimeUnit.SECONDS).aiMessage().text();
    assertEquals(whole, text.toString());
    return text.toString();
  }

  @Test
  void langChain4jsOpenAiModulesAskAndHear() throws Exception {
    String address = served.address() + "/v1";
    ChatModel model =
        OpenAiChatModel.builder()
            .baseUrl(address)
            .apiKey(KEY)
            .modelName("demo")
            .temperature(0.0)
            .build();
    ChatResponse answer = model.chat(UserMessage.from(ASK));
    assertEquals(ANSWER, answer.aiMessage().text());
    assertEquals(15, answer.tokenUsage().inputTokenCount());
    assertEquals(
        ANSWER,
        streamed(
            OpenAiStreamingChatModel.builder()
                .baseUrl(address)
                .apiKey(KEY)
                .modelName("demo")
                .temperature(0.0)
                .build()));
    assertTrue(
        OpenAiEmbeddingModel.builder()
                .baseUrl(address)
                .apiKey(KEY)
                .modelName("demo")
                .build()
                .embed("the cat")
                .content()
                .dimension()
            > 8);
  }

  @Test
  void langChain4jsOllamaModulesAskAndHear() throws Exception {
    String address = keyless.address();
    ChatModel model =
        OllamaChatModel.builder().baseUrl(address).modelName("demo").temperature(0.0).build();
    ChatResponse answer = model.chat(UserMessage.from(ASK));
    assertEquals(ANSWER, answer.aiMessage().text());
    assertEquals(15, answer.tokenUsage().inputTokenCount());
    assertEquals(
        ANSWER,
        streamed(
            OllamaStreamingChatModel.builder()
                .baseUrl(address)
                .modelName("demo")
                .temperature(0.0)
                .build()));
    assertTrue(
        OllamaEmbeddingModel.builder()
                .baseUrl(address)
                .modelName("demo")
                .build()
                .embed("the cat")
                .content()
                .dimension()
            > 8);
    assertEquals(
        "demo",
        OllamaModels.builder()
            .baseUrl(address)
            .build()
            .availableModels()
            .content()
            .getFirst()
            .getName());
  }
}
