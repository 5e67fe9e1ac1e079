package io.wasmchord.web;

import io.wasmchord.api.RerankAnswer;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.classification.Ranker;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** How well documents fit a query, one document after another. */
final class RerankWork implements Work {
  private final String model;
  private final Ranker ranker;
  private final RerankRequest request;
  private final TextSequence pairs;
  private final List<Double> scores = new ArrayList<>();
  private int tokens;

  /**
   * Nothing is computed yet.
   *
   * @param model its name
   */
  RerankWork(String model, Ranker ranker, RerankRequest request) {
    this.model = model;
    this.ranker = ranker;
    this.request = request;
    this.pairs =
        ranker.sequence(
            request.documents().size(),
            Inputs.named(
                "document",
                at ->
                    ranker.tokens(
                        request.query(), request.documents().get(at), request.truncate())));
  }

  /** {@code more}, and after the last document the answer. */
  @Override
  public JsonObject step() {
    if (!pairs.hasMore()) {
      JsonObject answer =
          RerankAnswer.of(request, model, scores, tokens).json(request.returnDocuments());
      return JsonObject.builder().put("more", false).put("answer", answer).build();
    }
    TextSequence.Text done = pairs.step(RunControl.NONE);
    if (done != null) {
      tokens += done.tokens();
      scores.add(ranker.score(done.classified(), request.rawScores()));
    }
    return JsonObject.builder().put("more", true).build();
  }

  @Override
  public void end() {
    pairs.close();
  }
}
