package io.wasmchord.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.wasmchord.chord.ChordModel;
import java.util.List;

/**
 * LangChain4j's embedding model. Immutable; for any number of threads. The {@link ChordModel} stays
 * the caller's to close.
 */
public final class ChordEmbeddingModel extends DimensionAwareEmbeddingModel {
  private final ChordModel model;

  private ChordEmbeddingModel(ChordModel model) {
    this.model = model;
    this.dimension = model.loaded().model().config().hidden();
  }

  /** A model's. */
  public static ChordEmbeddingModel of(ChordModel model) {
    return new ChordEmbeddingModel(model);
  }

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    ChordModel.Vectors vectors = model.embed(segments.stream().map(TextSegment::text).toList());
    return Response.from(
        vectors.all().stream().map(Embedding::from).toList(), new TokenUsage(vectors.tokens()));
  }

  @Override
  public String modelName() {
    return model.name();
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }
}
