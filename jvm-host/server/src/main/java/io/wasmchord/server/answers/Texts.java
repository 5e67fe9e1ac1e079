package io.wasmchord.server.answers;

import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.RerankAnswer;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.ShortVectors;
import io.wasmchord.embedding.TextEmbedding;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.server.models.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What a model says of texts, without answering them. */
public final class Texts {
  private Texts() {}

  /**
   * Vectors of texts.
   *
   * @param each of a text; without pooling, of its tokens
   * @param tokens of all texts
   */
  public record Embedded(List<TextEmbedding> each, int tokens) {
    public Embedded {
      each = List.copyOf(each);
    }
  }

  /** The vectors that a request wants. */
  public static Embedded embed(EmbeddingRequest request, ServedModel model, RunControl control) {
    Embedder embedder = model.model().embedder();
    ShortVectors cut = shortened(request, model, embedder.config());
    List<TextEmbedding> all = new ArrayList<>();
    int tokens = 0;
    IntFunction<int[]> ids = named(at -> request.tokens(at, embedder));
    try (TextSequence texts = embedder.sequence(request.input().size(), ids, request.options())) {
      while (texts.hasMore()) {
        TextSequence.Text done = texts.next(control);
        tokens += done.tokens();
        TextEmbedding made = done.embedding();
        all.add(
            cut == null
                ? made
                : new TextEmbedding(
                    made.tokens(), made.pooled(), made.vectors().stream().map(cut::cut).toList()));
      }
    }
    return new Embedded(all, tokens);
  }

  private static @Nullable ShortVectors shortened(
      EmbeddingRequest request, ServedModel model, ModelConfig config) {
    Integer dimensions = request.dimensions();
    if (dimensions == null) {
      return null;
    }
    String name = model.model().file().metadata().string("general.name", model.name());
    ShortVectors cut =
        new ShortVectors(config.architecture(), name, dimensions, request.options().normalize());
    cut.check(config.hidden());
    return cut;
  }

  /** How well documents fit a query. */
  public static JsonObject rank(RerankRequest request, ServedModel model, RunControl control) {
    return RerankAnswer.by(model.model().ranker(), request, model.name(), control)
        .json(request.returnDocuments());
  }

  private static IntFunction<int[]> named(IntFunction<int[]> tokens) {
    return at -> {
      try {
        return tokens.apply(at);
      } catch (InvalidRequestException e) {
        throw new InvalidRequestException("input " + at + ": " + e.getMessage());
      }
    };
  }
}
