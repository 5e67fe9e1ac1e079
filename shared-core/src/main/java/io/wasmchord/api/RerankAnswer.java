package io.wasmchord.api;

import io.wasmchord.classification.Ranker;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The answer with how well documents fit a query.
 *
 * @param results the best first, of equals the earlier one
 * @param tokens of all pairs
 */
public record RerankAnswer(String model, List<Result> results, int tokens) {
  /**
   * A document's.
   *
   * @param index its place in the request
   * @param document its text
   */
  public record Result(int index, double score, String document) {}

  public RerankAnswer {
    results = List.copyOf(results);
  }

  /** The answer of a ranker. */
  public static RerankAnswer by(
      Ranker ranker, RerankRequest request, String model, RunControl control) {
    List<Double> scores = new ArrayList<>();
    int tokens = 0;
    IntFunction<int[]> pairs =
        at -> {
          try {
            return ranker.tokens(request.query(), request.documents().get(at), request.truncate());
          } catch (InvalidRequestException e) {
            throw new InvalidRequestException("document " + at + ": " + e.getMessage());
          }
        };
    try (TextSequence texts = ranker.sequence(request.documents().size(), pairs)) {
      while (texts.hasMore()) {
        TextSequence.Text done = texts.next(control);
        tokens += done.tokens();
        scores.add(ranker.score(done.classified(), request.rawScores()));
      }
    }
    return of(request, model, scores, tokens);
  }

  /**
   * The answer to {@code request}.
   *
   * @param scores of all documents, in their order
   */
  public static RerankAnswer of(
      RerankRequest request, String model, List<Double> scores, int tokens) {
    List<Result> all = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      all.add(new Result(i, scores.get(i), request.documents().get(i)));
    }
    all.sort(Comparator.comparingDouble(Result::score).reversed());
    Integer topN = request.topN();
    int count = topN == null ? all.size() : Math.min(topN, all.size());
    return new RerankAnswer(model, all.subList(0, count), tokens);
  }

  /**
   * The shape that Jina's service and llama.cpp's have.
   *
   * @param documents whether the texts are repeated
   */
  public JsonObject json(boolean documents) {
    List<JsonValue> list = new ArrayList<>();
    for (Result result : results) {
      JsonObject.Builder one =
          JsonObject.builder().put("index", result.index).put("relevance_score", result.score);
      if (documents) {
        one.put("document", JsonObject.of("text", JsonValue.of(result.document)));
      }
      list.add(one.build());
    }
    return JsonObject.builder()
        .put("object", "list")
        .put("model", model)
        .put("results", JsonValue.of(list))
        .put("usage", TokenUsage.ofInput(tokens))
        .build();
  }
}
