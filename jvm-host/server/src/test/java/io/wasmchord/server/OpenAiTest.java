package io.wasmchord.server;

import static io.wasmchord.server.TestServer.events;
import static io.wasmchord.server.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.DemoModel;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.server.models.ModelSource;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's endpoints, from a request to the JSON of the answer. */
class OpenAiTest {
  private static final String ASK =
      "'temperature':0,'messages':[{'role':'user','content':'What is the capital of Japan?'}]";

  @TempDir private static Path folder;
  private static TestServer served;

  @BeforeAll
  static void start() throws IOException {
    Path ranks = TinyFiles.classifier("bert, ranks").write(folder.resolve("ranks.gguf"));
    Path labels = TinyFiles.classifier("bert, three numbers").write(folder.resolve("l.gguf"));
    Path tools = DemoModel.withTools().write(folder.resolve("tools.gguf"));
    served =
        new TestServer(
            ServerOptions.local(0),
            List.of(
                TestServer.demoModel("demo"),
                TestServer.model("tools", tools),
                TestServer.model("ranks", ranks),
                TestServer.model("labels", labels)));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void modelsAreListedAndFoundByName() {
    JsonNode list = json(served.get("/v1/models"));
    assertEquals("list", list.get("object").asText());
    assertEquals("demo", list.at("/data/0/id").asText());
    assertEquals(4, list.get("data").size());
    JsonNode one = json(served.get("/v1/models/ranks"));
    assertEquals("model", one.get("object").asText());
    assertEquals("ranks", one.get("id").asText());
    HttpResponse<String> none = served.get("/v1/models/other");
    assertEquals(404, none.statusCode());
    assertTrue(none.body().contains("'demo', 'tools', 'ranks', 'labels'"), none.body());
  }

  @Test
  void aConversationIsAnswered() {
    JsonNode answer = served.ok("/v1/chat/completions", "{'model':'demo'," + ASK + "}");
    assertEquals("chat.completion", answer.get("object").asText());
    assertTrue(answer.get("id").asText().startsWith("chatcmpl-"));
    assertEquals("demo", answer.get("model").asText());
    assertEquals("assistant", answer.at("/choices/0/message/role").asText());
    assertTrue(answer.at("/choices/0/message/content").asText().contains("capital"));
    assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
    assertEquals(15, answer.at("/usage/prompt_tokens").asInt());
  }

  @Test
  void eventsMakeUpTheAnswer() {
    String whole =
        served
            .ok("/v1/chat/completions", "{" + ASK + "}")
            .at("/choices/0/message/content")
            .asText();
    HttpResponse<String> response =
        served.post("/v1/chat/completions", "{'stream':true," + ASK + "}");
    assertEquals("text/event-stream", response.headers().firstValue("Content-Type").orElseThrow());
    assertTrue(response.body().endsWith("data: [DONE]\n\n"), response.body());
    List<JsonNode> events = events(response.body());
    assertEquals("assistant", events.getFirst().at("/choices/0/delta/role").asText());
    assertTrue(
        events.stream().allMatch(e -> e.get("object").asText().equals("chat.completion.chunk")));
    assertEquals(
        whole,
        events.stream()
            .map(e -> e.at("/choices/0/delta/content").asText(""))
            .collect(Collectors.joining()));
    assertEquals("stop", events.getLast().at("/choices/0/finish_reason").asText());
  }

  @Test
  void severalAnswersComeTogether() {
    String ask =
        "{'n':3,'seed':7,'max_tokens':6,'temperature':1,'messages':[{'role':'user','content':'Tell"
            + " me a story.'}]";
    JsonNode whole = served.ok("/v1/chat/completions", ask + "}");
    assertEquals(3, whole.get("choices").size());
    List<JsonNode> events =
        events(served.post("/v1/chat/completions", ask + ",'stream':true}").body());
    for (int i = 0; i < 3; i++) {
      int index = i;
      assertEquals(
          whole.at("/choices/" + i + "/message/content").asText(),
          events.stream()
              .filter(e -> e.at("/choices/0/index").asInt() == index)
              .map(e -> e.at("/choices/0/delta/content").asText(""))
              .collect(Collectors.joining()));
    }
    HttpResponse<String> many = served.post("/v1/chat/completions", "{'n':5," + ASK + "}");
    assertEquals(400, many.statusCode());
    assertEquals("n", json(many).at("/error/param").asText());
  }

  @Test
  void anAnswerObeysASchemaAndTellsItsProbabilities() {
    JsonNode answer =
        served.ok(
            "/v1/chat/completions",
            "{'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':"
                + "{'type':'object','properties':{'ok':{'type':'boolean'}},'required':['ok'],"
                + "'additionalProperties':false}}},'logprobs':true,'top_logprobs':2,"
                + ASK
                + "}");
    JsonNode content = json(answer.at("/choices/0/message/content").asText());
    assertTrue(content.get("ok").isBoolean(), content.toString());
    JsonNode first = answer.at("/choices/0/logprobs/content/0");
    assertTrue(first.get("logprob").asDouble() <= 0);
    assertEquals(2, first.get("top_logprobs").size());
  }

  @Test
  void aToolThatIsRequiredIsCalled() {
    String ask =
        "'model':'tools','max_tokens':64,'parallel_tool_calls':false,'tool_choice':'required','tools':[{'type':'function','function':{'name':'look',"
            + "'parameters':{'type':'object','properties':{'deep':{'type':'boolean'}},'required':['deep'],"
            + "'additionalProperties':false}}}],"
            + ASK;
    HttpResponse<String> response = served.post("/v1/chat/completions", "{" + ask + "}");
    JsonNode answer = json(response);
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("tool_calls", answer.at("/choices/0/finish_reason").asText());
    assertEquals("look", answer.at("/choices/0/message/tool_calls/0/function/name").asText());
  }

  @Test
  void whatWasSaidIsNotComputedAgain() {
    String talk =
        "{'role':'user','content':'Hello! Please tell me about the sea and the sky today.'}";
    String ask = "'temperature':0,'max_tokens':8,'messages':[" + talk;
    JsonNode first = served.ok("/v1/chat/completions", "{" + ask + "]}");
    String said = first.at("/choices/0/message/content").asText();
    JsonNode second =
        served.ok(
            "/v1/chat/completions",
            "{"
                + ask
                + ",{'role':'assistant','content':'"
                + said.replace("'", "").replace("\n", "\\n")
                + "'},{'role':'user','content':'Go on'}]}");
    int cached = second.at("/usage/prompt_tokens_details/cached_tokens").asInt();
    assertTrue(cached >= first.at("/usage/prompt_tokens").asInt() - 4, second.toString());
  }

  @Test
  void aTextIsContinued() {
    String ask = "'temperature':0,'max_tokens':5,'prompt':'The sea'";
    JsonNode answer = served.ok("/v1/completions", "{'echo':true," + ask + "}");
    assertEquals("text_completion", answer.get("object").asText());
    String text = answer.at("/choices/0/text").asText();
    assertTrue(text.startsWith("The sea"), text);
    String streamed =
        events(served.post("/v1/completions", "{'stream':true," + ask + "}").body()).stream()
            .map(e -> e.at("/choices/0/text").asText())
            .collect(Collectors.joining());
    assertEquals(text, "The sea" + streamed);
  }

  @Test
  void severalTextsAreContinuedTogether() {
    String ask = "'temperature':0,'max_tokens':5,";
    JsonNode alone = served.ok("/v1/completions", "{" + ask + "'prompt':'A cat'}");
    String both = "{" + ask + "'n':2,'prompt':['The sea','A cat']";
    JsonNode answer = served.ok("/v1/completions", both + "}");
    assertEquals(4, answer.get("choices").size());
    assertEquals(alone.at("/choices/0/text"), answer.at("/choices/2/text"));
    List<JsonNode> events = events(served.post("/v1/completions", both + ",'stream':true}").body());
    assertEquals(
        answer.at("/choices/2/text").asText(),
        events.stream()
            .filter(e -> e.at("/choices/0/index").asInt() == 2)
            .map(e -> e.at("/choices/0/text").asText())
            .collect(Collectors.joining()));
  }

  @Test
  void usageComesWhereItIsAskedFor() {
    for (String include : List.of("true", "false")) {
      List<JsonNode> events =
          events(
              served
                  .post(
                      "/v1/chat/completions",
                      "{'stream':true,'stream_options':{'include_usage':"
                          + include
                          + "},"
                          + ASK
                          + "}")
                  .body());
      boolean own = events.getLast().get("choices").isEmpty();
      assertEquals(include.equals("true"), own);
      assertEquals(own ? 15 : 0, events.getLast().at("/usage/prompt_tokens").asInt());
    }
  }

  @Test
  void adaptersAreChosenByName() throws IOException {
    Path adapter = folder.resolve("adapter.gguf");
    Path demo = DemoModel.path();
    try (LoadedModel loaded = LoadedModel.builder(demo).threads(1).load()) {
      List<String> names =
          TinyAdapters.matrices(loaded.file()).stream()
              .filter(name -> name.contains("attn_q."))
              .toList();
      TinyAdapters.file(loaded.file(), 1, 2, names).write(adapter);
    }
    ModelSource source =
        new ModelSource(
            "adapted",
            () -> {
              LoadedModel loaded = LoadedModel.builder(demo).threads(1).load();
              loaded.loadAdapter("other", adapter);
              return loaded;
            });
    try (TestServer server = new TestServer(ServerOptions.local(0), List.of(source))) {
      String plain = answer(server, "");
      String adapted = answer(server, "'lora':[{'name':'other','scale':9}],");
      assertNotEquals(plain, adapted);
      assertEquals(plain, answer(server, ""));
      HttpResponse<String> none =
          server.post("/v1/chat/completions", "{'lora':[{'name':'x'}]," + ASK + "}");
      assertTrue(none.body().contains("there are 'other'"), none.body());
    }
  }

  private static String answer(TestServer server, String lora) {
    return server
        .ok("/v1/chat/completions", "{" + lora + ASK + "}")
        .at("/choices/0/message/content")
        .asText();
  }

  @Test
  void responsesComeWholeOrAsEvents() {
    String ask =
        "'temperature':0,'instructions':'Be"
            + " brief.','input':[{'role':'user','content':[{'type':'input_text','text':'What is the"
            + " capital of Japan?'}]}]";
    JsonNode whole = served.ok("/v1/responses", "{" + ask + "}");
    assertEquals("completed", whole.get("status").asText());
    String text = whole.at("/output/0/content/0/text").asText();
    assertTrue(text.contains("capital"), whole.toString());
    HttpResponse<String> stream = served.post("/v1/responses", "{'stream':true," + ask + "}");
    assertTrue(stream.body().startsWith("event: response.created\ndata: {"), stream.body());
    List<JsonNode> events = events(stream.body());
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i, events.get(i).get("sequence_number").asInt());
    }
    assertEquals("response.completed", events.getLast().get("type").asText());
    assertEquals(text, events.getLast().at("/response/output/0/content/0/text").asText());
    assertEquals(
        text,
        events.stream()
            .filter(e -> e.get("type").asText().equals("response.output_text.delta"))
            .map(e -> e.get("delta").asText())
            .collect(Collectors.joining()));
    JsonNode called =
        served.ok(
            "/v1/responses",
            "{'model':'tools','max_output_tokens':64,'parallel_tool_calls':false,'tool_choice':'required','tools':[{'type':'function','name':'look',"
                + "'parameters':{'type':'object','properties':{'deep':{'type':'boolean'}},'required':['deep'],"
                + "'additionalProperties':false}}],"
                + ask
                + "}");
    JsonNode call = called.get("output").get(called.get("output").size() - 1);
    assertEquals("function_call", call.get("type").asText(), called.toString());
    assertEquals("look", call.get("name").asText());
    assertEquals(
        200,
        served
            .post(
                "/v1/responses",
                "{'max_output_tokens':4,'input':[{'role':'user','content':'Hi'},"
                    + "{'type':'function_call','call_id':'c1','name':'look','arguments':'{}'},"
                    + "{'type':'function_call_output','call_id':'c1','output':'nothing'}]}")
            .statusCode());
    HttpResponse<String> stored =
        served.post("/v1/responses", "{'previous_response_id':'resp_1','input':'Hi'}");
    assertEquals("previous_response_id", json(stored).at("/error/param").asText());
  }

  @Test
  void textsBecomeVectorsInEitherEncoding() {
    JsonNode list = served.ok("/v1/embeddings", "{'model':'demo','input':['the cat','a dog']}");
    assertEquals("list", list.get("object").asText());
    assertEquals(2, list.get("data").size());
    assertEquals("embedding", list.at("/data/1/object").asText());
    assertTrue(list.at("/usage/prompt_tokens").asInt() > 2);
    JsonNode numbers = list.at("/data/0/embedding");
    JsonNode packed =
        served.ok(
            "/v1/embeddings", "{'model':'demo','input':'the cat','encoding_format':'base64'}");
    float[] vector = new float[numbers.size()];
    ByteBuffer.wrap(Base64.getDecoder().decode(packed.at("/data/0/embedding").asText()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    float[] listed = new float[vector.length];
    for (int i = 0; i < listed.length; i++) {
      listed[i] = (float) numbers.get(i).asDouble();
    }
    assertArrayEquals(listed, vector);
  }

  @Test
  void documentsAreRanked() {
    JsonNode answer =
        served.ok(
            "/v1/rerank",
            "{'model':'ranks','query':'the cat','documents':['a dog','the cat"
                + " sat'],'return_documents':true}");
    assertEquals(2, answer.get("results").size());
    assertTrue(
        answer.at("/results/0/relevance_score").asDouble()
            >= answer.at("/results/1/relevance_score").asDouble());
    assertEquals(
        answer,
        served.ok(
            "/rerank",
            "{'model':'ranks','query':'the cat','documents':['a dog','the cat"
                + " sat'],'return_documents':true}"));
    HttpResponse<String> wrong =
        served.post("/v1/rerank", "{'model':'labels','query':'a','documents':['b']}");
    assertEquals(400, wrong.statusCode(), wrong.body());
  }

  @Test
  void textBecomesTokensAndTextAgain() {
    JsonNode tokens = served.ok("/tokenize", "{'content':'The sea'}");
    assertEquals(tokens.get("count").asInt(), tokens.get("tokens").size());
    assertEquals(
        "The sea",
        served
            .ok("/detokenize", "{'tokens':" + tokens.get("tokens") + "}")
            .get("content")
            .asText());
    JsonNode pieces = served.ok("/tokenize", "{'content':'The','with_pieces':true}");
    assertTrue(pieces.at("/tokens/0/piece").isTextual());
    assertEquals(400, served.post("/tokenize", "{}").statusCode());
    assertEquals(400, served.post("/detokenize", "{'tokens':['a']}").statusCode());
  }

  @Test
  void whatCannotBeMetIsRefusedWithAReason() {
    assertEquals("ok", json(served.get("/health")).get("status").asText());
    for (String[] one :
        new String[][] {
          {"/v1/chat/completions", "{'top_p':9," + ASK + "}", "400", "top_p"},
          {"/v1/chat/completions", "{'nonsense':9," + ASK + "}", "400", ""},
          {"/v1/chat/completions", "{'model':'gpt-5'," + ASK + "}", "404", "model"},
          {"/v1/chat/completions", "{'messages':[", "400", ""},
          {"/v1/chat/completions", "[]", "400", ""},
          {"/v1/chat/completions", "{'model':'ranks'," + ASK + "}", "400", ""},
          {"/v1/chat/nothing", "{}", "404", ""},
          {"/v1/models", "{}", "405", ""},
        }) {
      HttpResponse<String> response = served.post(one[0], one[1]);
      assertEquals(one[2], String.valueOf(response.statusCode()), response.body());
      JsonNode error = json(response).get("error");
      assertEquals("invalid_request_error", error.get("type").asText());
      assertTrue(!error.get("message").asText().isEmpty());
      assertTrue(!error.get("code").asText().isEmpty());
      assertEquals(one[3], error.get("param").asText("").replace("null", ""));
    }
    HttpResponse<String> longer =
        served.post("/v1/completions", "{'prompt':'" + "the sea and the sky ".repeat(3000) + "'}");
    assertEquals("context_length_exceeded", json(longer).at("/error/code").asText());
  }
}
