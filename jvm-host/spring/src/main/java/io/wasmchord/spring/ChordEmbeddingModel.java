package io.wasmchord.spring;

import io.wasmchord.chord.ChordModel;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/** Spring AI's embedding model. For any number of threads. */
public final class ChordEmbeddingModel implements EmbeddingModel {
  private final ChordModel model;

  /**
   * @param model stays the caller's to close
   */
  public ChordEmbeddingModel(ChordModel model) {
    this.model = model;
  }

  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    ChordModel.Vectors vectors = model.embed(request.getInstructions());
    List<Embedding> all = new ArrayList<>();
    vectors.all().forEach(vector -> all.add(new Embedding(vector, all.size())));
    return new EmbeddingResponse(
        all, new EmbeddingResponseMetadata(model.name(), new DefaultUsage(vectors.tokens(), 0)));
  }

  @Override
  public float[] embed(Document document) {
    String text = getEmbeddingContent(document);
    return model.embed(text == null ? "" : text);
  }

  @Override
  public int dimensions() {
    return model.loaded().model().config().hidden();
  }
}
