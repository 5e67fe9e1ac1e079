package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenScore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Log-probabilities of tokens in OpenAI's two shapes. */
final class Logprobs {
  /** What OpenAI has for minus infinity, which JSON cannot say. */
  private static final double NEVER = -9999;

  private static final String HEX = "0123456789abcdef";

  private Logprobs() {}

  /** A chat's. */
  static JsonObject ofChat(List<ContentScores.Placed> tokens) {
    List<JsonValue> content = new ArrayList<>();
    for (ContentScores.Placed token : tokens) {
      TokenScore score = token.score();
      content.add(
          named(score)
              .put("top_logprobs", list(score.likely(), one -> named(one).build()))
              .build());
    }
    return JsonObject.builder()
        .put("content", JsonValue.of(content))
        .put("refusal", JsonValue.ofNull())
        .build();
  }

  private static JsonObject.Builder named(TokenScore score) {
    int[] bytes = new int[score.bytes().length];
    Arrays.setAll(bytes, i -> score.bytes()[i] & 0xFF);
    return JsonObject.builder()
        .put("token", name(score.bytes()))
        .put("logprob", logprob(score))
        .put("bytes", JsonArray.of(bytes));
  }

  /**
   * A text's.
   *
   * @param tokens starting at places in the answer's text
   */
  static JsonObject ofText(List<ContentScores.Placed> tokens) {
    List<TokenScore> scores = tokens.stream().map(ContentScores.Placed::score).toList();
    return JsonObject.builder()
        .put("tokens", list(scores, score -> JsonValue.of(name(score.bytes()))))
        .put("token_logprobs", list(scores, Logprobs::logprob))
        .put("top_logprobs", list(scores, Logprobs::top))
        .put("text_offset", list(tokens, token -> JsonValue.of(token.start())))
        .build();
  }

  /** The most likely tokens by their names, and the one that came. */
  private static JsonValue top(TokenScore score) {
    if (Double.isNaN(score.logprob())) {
      return JsonValue.ofNull();
    }
    JsonObject.Builder top = JsonObject.builder();
    List<String> names = new ArrayList<>();
    List<TokenScore> all = new ArrayList<>(score.likely());
    all.add(score);
    for (TokenScore one : all) {
      String name = name(one.bytes());
      if (!names.contains(name)) { // of two of the same name the more likely one
        names.add(name);
        top.put(name, logprob(one));
      }
    }
    return top.build();
  }

  private static JsonValue logprob(TokenScore score) {
    double logprob = score.logprob();
    if (Double.isNaN(logprob)) {
      return JsonValue.ofNull();
    }
    return JsonValue.of(logprob == Double.NEGATIVE_INFINITY ? NEVER : logprob);
  }

  /** A token's text; one that is no whole characters is spelled by its bytes. */
  static String name(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      return text;
    }
    StringBuilder spelled = new StringBuilder("bytes:");
    for (byte one : bytes) {
      spelled.append("\\x").append(HEX.charAt((one & 0xFF) >> 4)).append(HEX.charAt(one & 0xF));
    }
    return spelled.toString();
  }

  private static <T> JsonValue list(List<T> all, Function<T, JsonValue> each) {
    return JsonValue.of(all.stream().map(each).toList());
  }
}
