package io.wasmchord.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** An application without flags, whose properties name a model. */
class ChordAutoConfigurationTest {
  private static final String QUESTION = "What is the capital of Japan?";

  private static final ApplicationContextRunner APPLICATION =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ChordAutoConfiguration.class));

  @TempDir private static Path folder;

  private static ApplicationContextRunner demo() throws IOException {
    Path file = DemoModel.file().write(folder.resolve("demo.gguf"));
    return APPLICATION.withPropertyValues("wasm-chord.model=" + file, "wasm-chord.context=512");
  }

  private static Prompt prompt(Message... messages) {
    return new Prompt(
        List.of(messages), ChatOptions.builder().temperature(0.0).maxTokens(16).build());
  }

  @Test
  void withoutAModelThereAreNoBeans() {
    APPLICATION.run(context -> assertTrue(context.getBeansOfType(ChatModel.class).isEmpty()));
  }

  @Test
  void answersAreTheLibrarys() throws IOException {
    List<ChordModel> models = new ArrayList<>();
    demo()
        .run(context -> {
          ChatModel chat = context.getBean(ChatModel.class);
          ChordModel model = context.getBean(ChordModel.class);
          models.add(model);
          Prompt prompt =
              prompt(
                  new SystemMessage("Be brief."),
                  new UserMessage("Hi"),
                  new AssistantMessage("Hello"),
                  new UserMessage(QUESTION));
          ChatResponse response = chat.call(prompt);
          String text = response.getResult().getOutput().getText();
          assertEquals(model.chat(Prompts.chat(prompt, model.name())).text(), text);
          assertFalse(text.isEmpty());
          assertTrue(response.getMetadata().getUsage().getPromptTokens() > 10);
          List<ChatResponse> parts = chat.stream(prompt).collectList().block();
          assertEquals(
              text,
              parts.stream()
                  .map(part -> part.getResult().getOutput().getText())
                  .collect(Collectors.joining()));
          assertEquals(
              response.getResult().getMetadata().getFinishReason(),
              parts.getLast().getResult().getMetadata().getFinishReason());
          assertFalse(chat.call("Hi").isEmpty());
        });
    assertThrows(ClosedException.class, () -> models.getFirst().chat("Hi"));
  }

  @Test
  void textsHaveVectors() throws IOException {
    demo()
        .run(context -> {
          EmbeddingModel vectors = context.getBean(EmbeddingModel.class);
          EmbeddingResponse both = vectors.embedForResponse(List.of("The sea", "A car"));
          assertEquals(2, both.getResults().size());
          assertEquals(vectors.dimensions(), both.getResults().getLast().getOutput().length);
        });
  }

  @Test
  void whatIsNotSupportedIsRefused() throws IOException {
    demo()
        .run(context -> {
          ChatModel chat = context.getBean(ChatModel.class);
          Prompt another = new Prompt("Hi", ChatOptions.builder().model("another").build());
          InvalidRequestException refused =
              assertThrows(InvalidRequestException.class, () -> chat.call(another));
          assertTrue(refused.getMessage().contains("another"), refused.getMessage());
        });
    APPLICATION
        .withPropertyValues("wasm-chord.model=" + folder.resolve("none.gguf"))
        .run(context -> assertTrue(context.getStartupFailure() != null));
  }

  @Test
  void toolsAreCalled() throws IOException {
    Path file =
        new ScriptedModel()
            .control("<|told|>", "<|offered|>")
            .template(
                "{# <tool_call></tool_call> #}"
                    + "{% for m in messages %}{{ m.content or '' }}{% endfor %}"
                    + "{% if messages[-1].role == 'tool' %}<|told|>{% else %}<|offered|>{% endif %}")
            .says("<|told|>", "It", "\u2581rains.", "</s>")
            .says(
                "<|offered|>",
                "<tool_call>\n{\"name\":\u2581\"weather\",\u2581\"arguments\":\u2581{\"place\":"
                    + "\u2581\"Ulm\"}}\n</tool_call>",
                "</s>")
            .write(folder.resolve("caller.gguf"));
    List<String> heard = new ArrayList<>();
    ToolCallback weather =
        new ToolCallback() {
          @Override
          public ToolDefinition getToolDefinition() {
            return ToolDefinition.builder()
                .name("weather")
                .description("The weather of a place")
                .inputSchema(
                    "{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}")
                .build();
          }

          @Override
          public String call(String arguments) {
            return "wet";
          }

          @Override
          public String call(String arguments, ToolContext context) {
            heard.add(arguments + context.getContext());
            return call(arguments);
          }
        };
    APPLICATION
        .withPropertyValues("wasm-chord.model=" + file, "wasm-chord.threads=1")
        .run(context -> {
          Prompt prompt =
              new Prompt(
                  "?",
                  ToolCallingChatOptions.builder()
                      .toolCallbacks(List.of(weather))
                      .toolContext(Map.of("user", "me"))
                      .temperature(0.0)
                      .build());
          ChatModel chat = context.getBean(ChatModel.class);
          assertEquals("It rains.", chat.call(prompt).getResult().getOutput().getText());
        });
    assertEquals(1, heard.size());
    assertTrue(heard.getFirst().contains("Ulm") && heard.getFirst().contains("user=me"));
  }
}
