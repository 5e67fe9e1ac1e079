package io.wasmchord.server;

import static io.wasmchord.server.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ollama's endpoints, from a request to the lines of the answer. */
class OllamaTest {
  private static final String OPTIONS = "'options':{'temperature':0,'num_predict':8,'num_ctx':64}";
  private static final String ASK =
      OPTIONS + ",'messages':[{'role':'user','content':'What is the capital of Japan?'}]";

  private static TestServer served;

  @BeforeAll
  static void start() {
    served = TestServer.demo(ServerLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void modelsAreListedAndDescribed() {
    assertTrue(json(served.get("/api/version")).get("version").isTextual());
    JsonNode model = json(served.get("/api/tags")).at("/models/0");
    assertEquals("demo", model.get("name").asText());
    assertTrue(model.get("size").asLong() > 1000);
    JsonNode shown = served.ok("/api/show", "{'model':'demo:latest'}");
    assertEquals("llama", shown.at("/details/family").asText());
    assertEquals("completion", shown.at("/capabilities/0").asText());
    assertEquals("demo", json(served.get("/api/ps")).at("/models/0/name").asText());
  }

  @Test
  void linesMakeUpTheAnswer() {
    JsonNode whole = served.ok("/api/chat", "{'model':'demo','stream':false," + ASK + "}");
    assertTrue(whole.get("done").asBoolean());
    assertEquals("assistant", whole.at("/message/role").asText());
    assertTrue(whole.get("prompt_eval_count").asInt() > 0);
    HttpResponse<String> response = served.post("/api/chat", "{'model':'demo'," + ASK + "}");
    assertEquals(
        "application/x-ndjson", response.headers().firstValue("Content-Type").orElseThrow());
    List<JsonNode> lines = response.body().lines().map(TestServer::json).toList();
    assertTrue(lines.size() > 2);
    assertFalse(lines.getFirst().get("done").asBoolean());
    assertTrue(lines.getLast().get("done").asBoolean());
    assertEquals(
        whole.at("/message/content").asText(),
        lines.stream().map(l -> l.at("/message/content").asText()).collect(Collectors.joining()));
  }

  @Test
  void aTextIsGenerated() {
    String ask =
        "{'model':'demo','stream':false,'prompt':'What is the capital of Japan?'," + OPTIONS;
    String asked = served.ok("/api/generate", ask + "}").get("response").asText();
    assertEquals(
        served
            .ok("/api/chat", "{'model':'demo','stream':false," + ASK + "}")
            .at("/message/content")
            .asText(),
        asked);
    JsonNode raw =
        served.ok(
            "/api/generate",
            "{'model':'demo','stream':false,'raw':true,'prompt':'The"
                + " sea','options':{'num_predict':3,'ignore_eos':true}}");
    assertEquals(3, raw.get("eval_count").asInt(), raw.toString());
    assertEquals("length", raw.get("done_reason").asText());
    assertEquals(
        "load", served.ok("/api/generate", "{'model':'demo'}").get("done_reason").asText());
  }

  @Test
  void answersObeyAFormatAndCallTools() {
    JsonNode answer =
        served.ok(
            "/api/chat",
            "{'model':'demo','stream':false,'format':{'type':'object','properties':{'ok':{'type':'boolean'}},"
                + "'required':['ok'],'additionalProperties':false},'messages':[{'role':'user','content':'Hi'}]}");
    assertTrue(json(answer.at("/message/content").asText()).get("ok").isBoolean());
    HttpResponse<String> tool =
        served.post(
            "/api/chat",
            "{'model':'demo','stream':false,'options':{'num_predict':4},'messages':["
                + "{'role':'user','content':'Hi'},{'role':'assistant','content':'','tool_calls':"
                + "[{'function':{'name':'look','arguments':{'deep':true}}}]},"
                + "{'role':'tool','tool_name':'look','content':'nothing'}]}");
    assertEquals(200, tool.statusCode(), tool.body());
  }

  @Test
  void textsBecomeVectors() {
    JsonNode answer = served.ok("/api/embed", "{'model':'demo','input':['the cat','a dog']}");
    assertEquals(2, answer.get("embeddings").size());
    assertTrue(answer.at("/embeddings/0").size() > 8);
    JsonNode older = served.ok("/api/embeddings", "{'model':'demo','prompt':'the cat'}");
    assertEquals(answer.at("/embeddings/0"), older.get("embedding"));
    assertEquals(400, served.post("/api/embeddings", "{'input':'the cat'}").statusCode());
  }

  @Test
  void errorsAreTexts() {
    HttpResponse<String> none = served.post("/api/chat", "{'model':'other'," + ASK + "}");
    assertEquals(404, none.statusCode());
    assertTrue(json(none).get("error").asText().contains("'demo'"), none.body());
    HttpResponse<String> images =
        served.post(
            "/api/chat",
            "{'model':'demo','messages':[{'role':'user','content':'Hi','images':['aa']}]}");
    assertEquals(400, images.statusCode());
    HttpResponse<String> gap =
        served.post("/api/generate", "{'model':'demo','prompt':'a','suffix':'b'}");
    assertEquals(400, gap.statusCode());
    HttpResponse<String> unknown =
        served.post("/api/chat", "{'model':'demo','nonsense':1," + ASK + "}");
    assertTrue(json(unknown).get("error").asText().contains("nonsense"), unknown.body());
  }
}
