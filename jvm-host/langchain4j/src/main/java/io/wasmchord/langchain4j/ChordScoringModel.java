package io.wasmchord.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.wasmchord.chord.ChordModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * LangChain4j's scoring model: a reranker. Immutable; for any number of threads. The {@link
 * ChordModel} stays the caller's to close.
 */
public final class ChordScoringModel implements ScoringModel {
  private final ChordModel model;

  private ChordScoringModel(ChordModel model) {
    this.model = model;
  }

  /** A model's. */
  public static ChordScoringModel of(ChordModel model) {
    return new ChordScoringModel(model);
  }

  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    List<Double> scores = new ArrayList<>(Collections.nCopies(texts.size(), 0.0));
    model.rerank(query, texts).forEach(result -> scores.set(result.index(), result.score()));
    return Response.from(scores);
  }
}
