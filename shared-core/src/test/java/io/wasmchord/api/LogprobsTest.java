package io.wasmchord.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.TokenScore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log-probabilities in OpenAI's shapes. */
class LogprobsTest {
  private static final AnswerHead HEAD = new AnswerHead("id", 1, "tiny");
  private static final GenerationResult RESULT =
      new GenerationResult("", new int[] {1}, FinishReason.STOP, 1, 0, 1, 1, 1);

  private static GenerationParams params(boolean stream) {
    GenerationParams all = GenerationParams.defaults(0).withScores(ScoreOptions.of(1));
    return new GenerationParams(
        all.sampling(),
        9,
        0,
        List.of(),
        false,
        stream,
        StreamUsage.NONE,
        null,
        null,
        1,
        all.speculation(),
        all.stopTokens(),
        false,
        all.scores());
  }

  private static TokenScore score(String text, double logprob, TokenScore... likely) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new TokenScore(1, bytes, true, logprob, List.of(likely));
  }

  private static JsonValue logprobs(JsonObject answer) {
    JsonArray choices = (JsonArray) answer.getOrNull("choices");
    return ((JsonObject) choices.elements().getFirst()).getOrNull("logprobs");
  }

  /** The tokens of a chat's content. */
  private static List<String> tokens(JsonObject answer) {
    List<String> tokens = new ArrayList<>();
    JsonObject logprobs = (JsonObject) logprobs(answer);
    for (JsonValue one : ((JsonArray) logprobs.getOrNull("content")).elements()) {
      tokens.add(((JsonValue.Text) ((JsonObject) one).getOrNull("token")).value());
    }
    return tokens;
  }

  private static void assertJson(String expected, JsonValue actual) {
    assertEquals(JsonReader.parse(expected), JsonReader.parse(JsonWriter.json(actual)));
  }

  @Test
  void aChatHasOpenAisShape() {
    ChatAnswer answer = new ChatAnswer(HEAD, params(false), new ToolCallIds(1));
    answer.onScore(score("Hi", -0.5, score("Ho", -0.25)));
    answer.onAnswer("Hi");
    answer.onScore(score("\u00e2\u0082", Double.NEGATIVE_INFINITY));
    answer.onScore(score("\u00ac", 0));
    answer.onAnswer("\u20ac");
    assertJson(
        """
        {"content": [
          {"token": "Hi", "logprob": -0.5, "bytes": [72, 105],
           "top_logprobs": [{"token": "Ho", "logprob": -0.25, "bytes": [72, 111]}]},
          {"token": "bytes:\\\\xe2\\\\x82", "logprob": -9999.0, "bytes": [226, 130], "top_logprobs": []},
          {"token": "bytes:\\\\xac", "logprob": 0.0, "bytes": [172], "top_logprobs": []}],
         "refusal": null}
        """,
        logprobs(answer.end(RESULT, 0)));
  }

  @Test
  void onlyContentIsTold() {
    ChatAnswer answer = new ChatAnswer(HEAD, params(true), new ToolCallIds(1));
    answer.chunks();
    for (String token : List.of("<think>", "so t", "he", "</", "think", ">\n\n", "t", "he")) {
      answer.onScore(score(token, -1));
    }
    answer.onReasoning("so the");
    assertEquals(JsonValue.ofNull(), logprobs(answer.chunks().getFirst()));
    answer.onAnswer("t");
    answer.onAnswer("he");
    assertEquals(List.of("t", "he"), tokens(answer.chunks().getFirst()));
    answer.onScore(score(" end<tool", -1));
    answer.onAnswer(" end");
    answer.onScore(score(">{}</tool>", -1));
    assertEquals(List.of(" end<tool"), tokens(answer.chunks().getFirst()));
    answer.onScore(score(" and", -1));
    answer.onScore(score("stop", -1)); // a stop text, which does not come out
    answer.onAnswer(" and");
    assertEquals(List.of(" and"), tokens(answer.chunks().getFirst()));
    assertEquals(JsonValue.ofNull(), logprobs(answer.end(RESULT, 0)));
  }

  @Test
  void aTokenBetweenReasoningAndContentIsContentsToo() {
    ChatAnswer answer = new ChatAnswer(HEAD, params(false), new ToolCallIds(1));
    answer.onScore(score("ab", -1));
    answer.onScore(score("cd", -1));
    answer.onReasoning("abc");
    answer.onAnswer("d");
    answer.onScore(score("\u00e2", -1));
    answer.onAnswer("\uFFFD");
    assertEquals(List.of("cd", "bytes:\\xe2"), tokens(answer.end(RESULT, 0)));
  }

  @Test
  void aTextHasOpenAisShapeWithThePromptWhereItIsEchoed() {
    TextAnswer answer = new TextAnswer(HEAD, params(false), "ab<e>");
    List<TokenScore> prompt = new ArrayList<>();
    prompt.add(
        new TokenScore(0, "<s>".getBytes(StandardCharsets.UTF_8), false, Double.NaN, List.of()));
    prompt.add(score(" a", -3, score(" b", -1)));
    prompt.add(score("b", -2));
    prompt.add(new TokenScore(9, "<e>".getBytes(StandardCharsets.UTF_8), false, -4, List.of()));
    answer.onPrompt(prompt);
    answer.onScore(score("c", -0.5, score("c", -0.5)));
    answer.onAnswer("c");
    answer.onScore(score("d", -1));
    answer.onAnswer("d");
    JsonObject end = answer.end(RESULT, 0);
    assertTrue(end.toString().contains("\"ab<e>cd\""), end.toString());
    assertJson(
        """
        {"tokens": ["<s>", " a", "b", "<e>", "c", "d"],
         "token_logprobs": [null, -3.0, -2.0, -4.0, -0.5, -1.0],
         "top_logprobs": [null, {" b": -1.0, " a": -3.0}, {"b": -2.0}, {"<e>": -4.0}, {"c": -0.5}, {"d": -1.0}],
         "text_offset": [0, 0, 1, 2, 5, 6]}
        """,
        logprobs(end));
    TextAnswer chunks = new TextAnswer(HEAD, params(true), "ab<e>");
    assertEquals(List.of(), chunks.chunks());
    chunks.onPrompt(prompt);
    assertTrue(chunks.chunks().getFirst().toString().replace(" ", "").contains("[0,0,1,2]"));
    chunks.onScore(score("c", -1));
    chunks.onAnswer("c");
    assertTrue(
        chunks.chunks().getFirst().toString().replace(" ", "").contains("\"text_offset\":[5]"));
    TextAnswer plain = new TextAnswer(HEAD, GenerationParams.defaults(0), "ab");
    plain.onAnswer("c");
    assertTrue(
        plain.end(RESULT, 0).toString().replace(" ", "").contains("\"abc\",\"logprobs\":null"));
  }
}
