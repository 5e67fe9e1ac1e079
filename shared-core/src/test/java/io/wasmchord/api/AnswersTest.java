package io.wasmchord.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.speculation.Proposals;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final AnswerHead HEAD = new AnswerHead("chatcmpl-1", 1234, "tiny");
  private static final List<ToolCall> CALLS =
      List.of(new ToolCall("f", "{\"a\": 1}"), new ToolCall("g", "{}"));

  private static final String TOTALS =
      """
      "usage": {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 2}, "cached_tokens": 2,
        "completion_tokens": 3,
        "completion_tokens_details": {"accepted_prediction_tokens": 4, "rejected_prediction_tokens": 2},
        "total_tokens": 8},
      "timings": {"load_ms": 9.5, "prefill_ms": 1.0, "first_token_ms": 2.0, "decode_ms": 3.0, "tokens_per_second": %s}
      """;

  private static GenerationResult result(FinishReason finish) {
    return new GenerationResult(
        "text",
        new int[] {1, 2, 3},
        finish,
        5,
        2,
        1_000_000,
        2_000_000,
        3_000_000,
        new Proposals(6, 4));
  }

  private static String totals() {
    return TOTALS.formatted(
        JsonValue.of(result(FinishReason.STOP).decodePerSecond()) instanceof JsonValue.Decimal d
            ? Double.toString(d.value())
            : "");
  }

  private static GenerationParams streamed(boolean usage) {
    return streamed(usage ? StreamUsage.LAST_CHUNK : StreamUsage.NONE);
  }

  private static GenerationParams streamed(StreamUsage usage) {
    GenerationParams all = GenerationParams.defaults(0);
    return new GenerationParams(
        all.sampling(),
        9,
        0,
        List.of(),
        false,
        true,
        usage,
        null,
        null,
        1,
        all.speculation(),
        Set.of(),
        false,
        null);
  }

  private static void assertJson(String expected, JsonValue actual) {
    assertEquals(JsonReader.parse(expected), JsonReader.parse(JsonWriter.json(actual)));
  }

  private static String chunk(String delta, String reason, String more) {
    return """
    {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1234, "model": "tiny",
     "choices": [{"index": 0, "delta": %s, "logprobs": null, "finish_reason": %s}]%s}
    """
        .formatted(delta, reason, more);
  }

  @Test
  void aChatComesInChunks() {
    ChatAnswer answer = new ChatAnswer(HEAD, streamed(true), new ToolCallIds(1));
    assertJson(
        "[" + chunk("{\"role\": \"assistant\"}", "null", "") + "]", JsonValue.of(answer.chunks()));
    assertEquals(List.of(), answer.chunks());
    answer.onAnswer("Hel");
    answer.onReasoning("hm");
    answer.onAnswer("lo");
    assertJson(
        "["
            + chunk("{\"reasoning_content\": \"hm\"}", "null", "")
            + ","
            + chunk("{\"content\": \"Hello\"}", "null", "")
            + "]",
        JsonValue.of(answer.chunks()));
    assertEquals(List.of(), answer.chunks());
    assertJson(
        chunk("{}", "\"stop\"", ", " + totals()), answer.end(result(FinishReason.STOP), 9.5));
    assertJson(
        chunk("{}", "\"length\"", ", " + totals()), answer.end(result(FinishReason.LENGTH), 9.5));
    JsonObject last =
        new ChatAnswer(HEAD, streamed(false), new ToolCallIds(1))
            .end(result(FinishReason.STOP), 9.5);
    assertEquals(List.of("id", "object", "created", "model", "choices", "timings"), last.keys());
  }

  @Test
  void callsAreCountedOverTheChunksOfAnAnswer() {
    ChatAnswer answer = new ChatAnswer(HEAD, streamed(true), new ToolCallIds(1));
    answer.chunks();
    answer.onToolCalls(CALLS, "written");
    answer.onToolCalls(CALLS.subList(0, 1), "written");
    String first = JsonWriter.json(JsonValue.of(answer.chunks()));
    answer.onToolCalls(CALLS.subList(1, 2), "written");
    String second = JsonWriter.json(JsonValue.of(answer.chunks()));
    ToolCallIds ids = new ToolCallIds(1);
    String f = "{\\\"a\\\": 1}";
    assertJson(
        "["
            + String.join(
                ",",
                begins(0, ids.next(), "f"),
                piece(0, f),
                begins(1, ids.next(), "g"),
                piece(1, "{}"),
                begins(2, ids.next(), "f"),
                piece(2, f))
            + "]",
        JsonReader.parse(first));
    assertJson(
        "[" + begins(3, ids.next(), "g") + "," + piece(3, "{}") + "]", JsonReader.parse(second));
    assertTrue(answer.end(result(FinishReason.STOP), 0).toString().contains("\"tool_calls\""));
    assertTrue(answer.end(result(FinishReason.LENGTH), 0).toString().contains("\"length\""));
  }

  private static String begins(int index, String id, String name) {
    String call =
        "{\"index\": %d, \"id\": \"%s\", \"type\": \"function\", \"function\": {\"name\": \"%s\","
            + " \"arguments\": \"\"}}";
    return chunk("{\"tool_calls\": [" + call.formatted(index, id, name) + "]}", "null", "");
  }

  private static String piece(int index, String arguments) {
    String call = "{\"index\": %d, \"function\": {\"arguments\": \"%s\"}}";
    return chunk("{\"tool_calls\": [" + call.formatted(index, arguments) + "]}", "null", "");
  }

  @Test
  void argumentsComeInPieces() {
    ChatAnswer answer = new ChatAnswer(HEAD, streamed(true), new ToolCallIds(1));
    answer.chunks();
    answer.onToolCallBegun("f");
    String begun = JsonWriter.json(JsonValue.of(answer.chunks()));
    answer.onToolArguments("{\"a\"");
    String some = JsonWriter.json(JsonValue.of(answer.chunks()));
    answer.onToolArguments(": 1");
    answer.onToolCalls(CALLS.subList(0, 1), "written");
    String rest = JsonWriter.json(JsonValue.of(answer.chunks()));
    assertJson("[" + begins(0, new ToolCallIds(1).next(), "f") + "]", JsonReader.parse(begun));
    assertJson("[" + piece(0, "{\\\"a\\\"") + "]", JsonReader.parse(some));
    assertJson("[" + piece(0, ": 1}") + "]", JsonReader.parse(rest));
    assertEquals(List.of(), answer.chunks());
  }

  @Test
  void aWholeChatIsOneValue() {
    ChatAnswer answer = new ChatAnswer(HEAD, GenerationParams.defaults(0), new ToolCallIds(1));
    assertEquals(List.of(), answer.chunks());
    answer.onReasoning("h");
    answer.onReasoning("m");
    answer.onAnswer("Hel");
    answer.onAnswer("lo");
    assertEquals(List.of(), answer.chunks());
    assertJson(
        """
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1234, "model": "tiny",
         "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello", "refusal": null,
           "reasoning_content": "hm"}, "logprobs": null, "finish_reason": "stop"}], %s}
        """
            .formatted(totals()),
        answer.end(result(FinishReason.STOP), 9.5));
    ChatAnswer empty = new ChatAnswer(HEAD, GenerationParams.defaults(0), new ToolCallIds(1));
    assertTrue(
        empty.end(result(FinishReason.LISTENER), 0).toString().contains("\"content\": \"\""));
  }

  /** What a model has said may be given back as it was told. */
  @Test
  void anAnswersMessageIsAMessageOfARequest() {
    ChatAnswer answer = new ChatAnswer(HEAD, GenerationParams.defaults(0), new ToolCallIds(1));
    answer.onReasoning("hm");
    answer.onToolCalls(CALLS, "written");
    JsonValue whole = JsonReader.parse(answer.end(result(FinishReason.STOP), 0).toString());
    JsonObject choice =
        (JsonObject) ((JsonArray) ((JsonObject) whole).getOrNull("choices")).elements().getFirst();
    JsonObject request =
        JsonObject.of("messages", JsonValue.of(List.of(choice.getOrNull("message"))));
    Message message =
        ChatCompletionRequest.of(request, new RequestContext("create", List.of(), 0))
            .chat()
            .messages()
            .getFirst();
    ToolCallIds ids = new ToolCallIds(1);
    assertEquals(
        new Message(
            Role.ASSISTANT,
            "",
            JsonObject.builder()
                .put("reasoning_content", "hm")
                .put(
                    "tool_calls",
                    JsonValue.of(CALLS.stream().map(call -> call.value(ids.next())).toList()))
                .put("content", JsonValue.ofNull())
                .build()),
        message);
  }

  private static String completion(String text, String reason, String more) {
    return """
    {"id": "chatcmpl-1", "object": "text_completion", "created": 1234, "model": "tiny",
     "choices": [{"index": 0, "text": "%s", "logprobs": null, "finish_reason": %s}]%s}
    """
        .formatted(text, reason, more);
  }

  @Test
  void aTextIsContinuedInChunksOrAtOnce() {
    TextAnswer chunks = new TextAnswer(HEAD, streamed(true), "");
    assertEquals(List.of(), chunks.chunks());
    chunks.onAnswer("a");
    chunks.onAnswer("b");
    assertJson("[" + completion("ab", "null", "") + "]", JsonValue.of(chunks.chunks()));
    assertJson(
        completion("", "\"stop\"", ", " + totals()), chunks.end(result(FinishReason.STOP), 9.5));
    TextAnswer whole = new TextAnswer(HEAD, GenerationParams.defaults(0), "");
    whole.onAnswer("a");
    assertEquals(List.of(), whole.chunks());
    whole.onAnswer("b");
    assertJson(
        completion("ab", "\"length\"", ", " + totals()),
        whole.end(result(FinishReason.LENGTH), 9.5));
    JsonObject bare = new TextAnswer(HEAD, streamed(false), "").end(result(FinishReason.STOP), 0);
    assertEquals(List.of("id", "object", "created", "model", "choices", "timings"), bare.keys());
  }

  private static List<JsonObject> choices(JsonObject answer) {
    return ((JsonArray) answer.getOrNull("choices"))
        .elements().stream().map(JsonObject.class::cast).toList();
  }

  private static Choices choices(GenerationParams params) {
    List<TextAnswer> answers =
        IntStream.range(0, params.answers())
            .mapToObj(i -> new TextAnswer(HEAD.ofChoice(i), params, ""))
            .toList();
    return new Choices(answers, params, 9.5);
  }

  /** The prompt counts once, and the tokens of all. */
  private static final String USAGE_OF_THREE =
      "{\"prompt_tokens\": 5, \"prompt_tokens_details\": {\"cached_tokens\": 2},"
          + " \"cached_tokens\": 2, \"completion_tokens\": 9, \"completion_tokens_details\":"
          + " {\"accepted_prediction_tokens\": 12, \"rejected_prediction_tokens\": 6},"
          + " \"total_tokens\": 14}";

  @Test
  void severalAnswersAreChoicesOfOne() {
    Choices choices = choices(GenerationParams.defaults(0).withAnswers(3));
    for (int i : new int[] {2, 0, 1}) {
      assertFalse(choices.ended());
      choices.answers().get(i).onAnswer("answer " + i);
      assertNull(choices.end(i, result(i == 0 ? FinishReason.LENGTH : FinishReason.STOP)));
    }
    assertTrue(choices.ended());
    JsonObject whole = choices.whole(1);
    for (int i = 0; i < 3; i++) {
      JsonObject choice = choices(whole).get(i);
      assertEquals(JsonValue.of(i), choice.get("index"));
      assertEquals(JsonValue.of("answer " + i), choice.get("text"));
      assertEquals(JsonValue.of(i == 0 ? "length" : "stop"), choice.get("finish_reason"));
    }
    assertEquals(3, choices(whole).size());
    assertJson(USAGE_OF_THREE, whole.getOrNull("usage"));
    assertEquals(
        JsonValue.of(3 * result(FinishReason.STOP).decodePerSecond()),
        ((JsonObject) whole.getOrNull("timings")).get("tokens_per_second"));
  }

  @Test
  void chunksOfSeveralAnswersSayWhoseTheyAre() {
    Choices choices = choices(streamed(true).withAnswers(3));
    choices.answers().get(1).onAnswer("b");
    JsonObject chunk = choices.answers().get(1).chunks().getFirst();
    assertEquals(JsonValue.of(1), choices(chunk).getFirst().get("index"));
    JsonObject first = choices.end(1, result(FinishReason.STOP));
    assertJson(completion("", "\"stop\"", "").replace("\"index\": 0", "\"index\": 1"), first);
    choices.end(2, result(FinishReason.STOP));
    assertNull(choices.end(0, result(FinishReason.STOP)));
    JsonObject last = choices.whole(0);
    assertEquals(1, choices(last).size());
    assertJson(USAGE_OF_THREE, last.getOrNull("usage"));
    Choices bare = choices(streamed(false).withAnswers(2));
    bare.end(0, result(FinishReason.STOP));
    bare.end(1, result(FinishReason.STOP));
    assertFalse(bare.whole(1).keys().contains("usage"));
  }

  /** As OpenAI has it where {@code include_usage} is true. */
  @Test
  void usageMayHaveAChunkOfItsOwn() {
    GenerationParams params = streamed(StreamUsage.OWN_CHUNK);
    ChatAnswer chat = new ChatAnswer(HEAD, params, new ToolCallIds(1));
    Choices one = new Choices(List.of(chat), params, 9.5);
    chat.onAnswer("Hi");
    for (JsonObject chunk : chat.chunks()) {
      assertEquals(JsonValue.ofNull(), chunk.get("usage"));
    }
    JsonObject end = one.end(0, result(FinishReason.STOP));
    assertJson(
        chunk("{}", "\"stop\"", ", \"usage\": null"), end == null ? JsonValue.ofNull() : end);
    assertJson(
        "{\"id\": \"chatcmpl-1\", \"object\": \"chat.completion.chunk\", \"created\": 1234,"
            + " \"model\": \"tiny\", \"choices\": [], "
            + totals()
            + "}",
        one.whole(0));
    Choices three = choices(params.withAnswers(3));
    for (int i : new int[] {2, 0, 1}) {
      three.answers().get(i).onAnswer("x");
      assertEquals(JsonValue.ofNull(), three.answers().get(i).chunks().getFirst().get("usage"));
      JsonObject last = three.end(i, result(FinishReason.STOP));
      assertJson(
          completion("", "\"stop\"", ", \"usage\": null")
              .replace("\"index\": 0", "\"index\": " + i),
          last == null ? JsonValue.ofNull() : last);
    }
    assertEquals(List.of(), choices(three.whole(1)));
    assertJson(USAGE_OF_THREE, three.whole(1).getOrNull("usage"));
  }

  @Test
  void aListOfVectorsLeavesRoomForThem() {
    assertJson(
        "{\"object\": \"list\", \"data\": [], \"model\": \"m\", \"usage\": {\"prompt_tokens\": 4,"
            + " \"total_tokens\": 4}}",
        new EmbeddingList("m", 4).json());
  }

  @Test
  void idsOfCallsAreNineLettersAndDigitsAndDiffer() {
    Set<String> seen = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      ToolCallIds ids = new ToolCallIds(seed);
      for (int i = 0; i < 5; i++) {
        String id = ids.next();
        assertTrue(id.matches("[a-zA-Z0-9]{9}"), id);
        assertTrue(seen.add(id), id);
      }
    }
  }
}
