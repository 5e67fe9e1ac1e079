package io.wasmchord.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.chat.ToolChoice;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.ToolFailedException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that calls a tool, and says what it was told. */
class ToolRunnerTest {
  private static final String TEMPLATE =
      "{# <tool_call></tool_call> #}"
          + "{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}{% endfor %}"
          + "{% if messages[-1].role == 'tool' %}<|told|>{% elif tools %}<|offered|>"
          + "{% else %}<|assistant|>{% endif %}";
  private static final JsonObject SCHEMA =
      (JsonObject)
          JsonReader.parse(
              "{\"type\": \"object\", \"properties\": {\"place\": {\"type\": \"string\"}}}");

  @TempDir static Path folder;

  private static Session session;
  private static ChatFormat format;
  private static ChatFormat preset;

  @BeforeAll
  static void load() throws IOException {
    Path path =
        new ScriptedModel()
            .control("<|user|>", "<|assistant|>", "<|tool|>", "<|told|>", "<|offered|>")
            .control("<tool_call>", "</tool_call>")
            .template(TEMPLATE)
            .says("<|told|>", "It", "\u2581rains.", "</s>")
            .says("<|assistant|>", "No", "\u2581tools.", "</s>")
            .says("<|offered|>", "See:", "\n", "<tool_call>", "{\"name\":", "\u2581\"weather\",")
            .says("\u2581\"weather\",", "\"arguments\":", "\u2581{\"place\":", "\"Ulm\"", "}")
            .says("}", "\u2581}", "</tool_call>", "</s>")
            .write(folder.resolve("caller.gguf"));
    HeapWeights weights = HeapWeights.read(path);
    GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
    Tokenizer tokenizer = Tokenizers.of(file.metadata());
    session =
        new Session(
            ModelLoader.load(
                file,
                weights,
                new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
                32,
                RunControl.NONE),
            tokenizer,
            256,
            Clock.system());
    format = ChatFormat.of(ChatFormat.AUTO, file, tokenizer, () -> 0);
    preset = ChatFormat.of("alpaca", file, tokenizer, () -> 0);
  }

  private static ChatCompletionRequest request(ToolChoice choice) {
    GenerationParams params =
        GenerationParams.defaults(1).withSampling(SamplerOptions.greedy()).withMaxTokens(60);
    ChatRequest chat = ChatRequest.of(List.of(new Message(Role.USER, "")));
    return new ChatCompletionRequest(
        chat.withToolChoice(choice), ChatFormat.AUTO, null, true, params);
  }

  private static ToolRunner runner(ToolRunner.Tool tool) {
    return ToolRunner.of(session, format).with("weather", "The weather", SCHEMA, tool);
  }

  private static List<String> roles(ToolRunner.Outcome outcome) {
    return outcome.messages().stream().map(message -> message.role().toString()).toList();
  }

  @Test
  void toolsRunUntilThereIsAnAnswer() {
    List<String> heard = new ArrayList<>();
    ToolRunner.Outcome outcome =
        runner(arguments -> "wet in " + JsonWriter.json(arguments.getOrNull("place")))
            .listening(
                new ToolRunner.Listener() {
                  @Override
                  public void onCall(String id, ToolCall call) {
                    heard.add(call.name() + call.arguments());
                  }

                  @Override
                  public void onResult(String id, ToolCall call, String result) {
                    heard.add(result);
                  }
                })
            .run(request(ToolChoice.AUTO), RunControl.NONE);
    assertEquals("It rains.", outcome.text());
    assertEquals(2, outcome.rounds());
    assertEquals(4, roles(outcome).size());
    assertEquals(List.of("weather{\"place\":\"Ulm\"}", "wet in \"Ulm\""), heard);
    assertEquals("wet in \"Ulm\"", outcome.messages().get(2).content());
  }

  @Test
  void aFailureIsToldOrThrown() {
    ToolRunner.Tool failing =
        arguments -> {
          throw new IOException("no net");
        };
    ToolRunner.Outcome told = runner(failing).run(request(ToolChoice.AUTO), RunControl.NONE);
    assertEquals("Error: no net", told.messages().get(2).content());
    ToolFailedException thrown =
        assertThrows(
            ToolFailedException.class,
            () -> runner(failing).throwing().run(request(ToolChoice.AUTO), RunControl.NONE));
    assertEquals("the tool 'weather' has failed: no net", thrown.getMessage());
  }

  @Test
  void roundsAreBounded() {
    ToolRunner.Outcome once =
        runner(arguments -> "wet").rounds(1).run(request(ToolChoice.AUTO), RunControl.NONE);
    assertEquals(1, once.rounds());
    assertEquals(
        List.of(new ToolCall("weather", "{\"place\":\"Ulm\"}")),
        once.left().stream().map(NamedToolCall::call).toList());
    assertThrows(InvalidRequestException.class, () -> runner(arguments -> "").rounds(0));
  }

  @Test
  void aCallIsForcedAndComesInPieces() {
    for (ToolChoice choice : List.of(ToolChoice.REQUIRED, ToolChoice.of("weather"))) {
      ChatCompletionRequest request = request(choice.withoutSeveral());
      ChatRequest chat =
          request
              .chat()
              .withTools(
                  JsonReader.parse(
                      "[{\"function\": {\"name\": \"weather\", \"parameters\": " + SCHEMA + "}}]"));
      int[] prompt = format.encode(chat);
      GenerationParams streamed =
          GenerationParams.of(
              Fields.of(
                  JsonReader.parse("{\"stream\": true}"),
                  new RequestContext("c", List.of(), 1),
                  GenerationParams.KNOWN,
                  List.of()),
              1);
      ChatAnswer answer = new ChatAnswer(new AnswerHead("1", 1, "m"), streamed, new ToolCallIds(1));
      var reader = format.reader(chat, prompt, true, answer);
      List<JsonObject> chunks = new ArrayList<>();
      var options =
          new ChatCompletionRequest(chat, ChatFormat.AUTO, null, true, request.params())
              .options(format, prompt);
      var generation = session.start(prompt, options);
      while (generation.step(reader)) {
        chunks.addAll(answer.chunks());
      }
      reader.end();
      chunks.addAll(answer.chunks());
      GenerationResult result = generation.result();
      String all = chunks.toString();
      assertTrue(all.contains("\"name\": \"weather\", \"arguments\": \"\""), all);
      assertTrue(all.contains("{\"arguments\": \"{\\\"place\\\":\"}"), all);
      assertTrue(all.contains("{\"arguments\": \"}\"}"), all);
      assertTrue(!all.contains("\"content\""), all);
      assertTrue(answer.end(result, 0).toString().contains("\"tool_calls\""));
    }
  }

  @Test
  void whatCannotBeEnforcedIsRefused() {
    ChatRequest chat = request(ToolChoice.AUTO).chat();
    JsonValue strict =
        JsonReader.parse(
            "[{\"function\": {\"name\": \"f\", \"strict\": true, \"parameters\": {\"type\":"
                + " \"object\", \"properties\": {\"a\": {\"type\": \"array\", \"uniqueItems\":"
                + " true}}}}}]");
    ChatRequest asked = chat.withTools(strict);
    int[] prompt = format.encode(asked);
    UnenforceableSchemaException unenforceable =
        assertThrows(
            UnenforceableSchemaException.class, () -> format.language(null, asked, prompt));
    assertEquals("uniqueItems", unenforceable.keyword());
    assertTrue(unenforceable.getMessage().contains("the tool 'f' is strict"));
    ChatRequest other = asked.withToolChoice(ToolChoice.of("g"));
    assertThrows(InvalidRequestException.class, () -> format.language(null, other, prompt));
    InvalidRequestException unknown =
        assertThrows(
            InvalidRequestException.class,
            () -> preset.language(null, chat.withTools(strict), prompt));
    assertTrue(unknown.getMessage().startsWith("calls of tools cannot be enforced"));
  }
}
