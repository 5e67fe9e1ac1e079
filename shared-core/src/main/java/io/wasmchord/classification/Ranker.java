package io.wasmchord.classification;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.EmbeddingRun;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.function.IntFunction;

/**
 * Says how well documents fit a query, with a reranker. It may be used from as many threads as its
 * embedder.
 */
public final class Ranker {
  private final Classifier classifier;
  private final Embedder embedder;
  private final PairTokens pairs;

  private Ranker(Classifier classifier, Embedder embedder, PairTokens pairs) {
    this.classifier = classifier;
    this.embedder = embedder;
    this.pairs = pairs;
  }

  /**
   * One that computes with {@code embedder}.
   *
   * @param metadata of the model's file
   * @throws NoClassifierException when the model has no head for it
   * @throws InvalidRequestException when its head gives labels, and no relevance
   */
  public static Ranker of(Metadata metadata, Tokenizer tokenizer, Embedder embedder) {
    Classifier classifier = embedder.config().classifier();
    if (!classifier.exists()) {
      throw new NoClassifierException(embedder.config().architecture());
    }
    if (!classifier.ranks()) {
      throw new InvalidRequestException(
          "this model is a classifier with "
              + classifier.outputs()
              + " labels ("
              + classifier.label(0)
              + ", "
              + classifier.label(1)
              + "...), and no reranker, which has one output; have it classify texts, or choose a"
              + " reranker");
    }
    return new Ranker(classifier, embedder, PairTokens.of(metadata, tokenizer));
  }

  /**
   * The tokens of a pair.
   *
   * @param truncate whether the document loses its end where the pair is beyond the context
   * @throws InvalidRequestException when the pair does not fit
   */
  public int[] tokens(String query, String document, boolean truncate) {
    return pairs.of(query, document, embedder.contextLength(), truncate);
  }

  /**
   * Begins with pairs.
   *
   * @param tokens of each, as {@link #tokens} gives them
   */
  public TextSequence sequence(int count, IntFunction<int[]> tokens) {
    return embedder.sequence(count, tokens, options());
  }

  private EmbeddingOptions options() {
    return new EmbeddingOptions(classifier.pooling(), false, false);
  }

  /**
   * How well the document fits: from 0 to 1.
   *
   * @param outputs of the pair
   * @param raw whether the model's own number is wanted, whatever its range; where the head says
   *     yes or no it is how likely a yes is, too
   */
  public double score(float[] outputs, boolean raw) {
    ScoreFunction function =
        classifier.shares()
            ? ScoreFunction.SOFTMAX
            : raw ? ScoreFunction.NONE : ScoreFunction.SIGMOID;
    return function.of(outputs)[0];
  }

  /**
   * The same for one document.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public double score(String query, String document, RunControl control) {
    try (EmbeddingRun run = embedder.start(tokens(query, document, false), options())) {
      return score(run.classify(control), false);
    }
  }
}
