package io.wasmchord.classification;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.EmbeddingRun;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Classifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Gives texts labels, with a classifier. It may be used from as many threads as its embedder. */
public final class TextClassifier {
  private final Classifier classifier;
  private final Embedder embedder;

  private TextClassifier(Classifier classifier, Embedder embedder) {
    this.classifier = classifier;
    this.embedder = embedder;
  }

  /**
   * A label of a text.
   *
   * @param score the larger, the better it fits
   */
  public record Label(String name, double score) {}

  /**
   * One that computes with {@code embedder}.
   *
   * @throws NoClassifierException when the model has no head for it
   */
  public static TextClassifier of(Embedder embedder) {
    Classifier classifier = embedder.config().classifier();
    if (!classifier.exists()) {
      throw new NoClassifierException(embedder.config().architecture());
    }
    return new TextClassifier(classifier, embedder);
  }

  /**
   * A text's tokens, with those around it.
   *
   * @param truncate whether a text beyond the context loses its end
   * @throws io.wasmchord.errors.InvalidRequestException when the text has no tokens, or too many
   */
  public int[] tokens(String text, boolean truncate) {
    return embedder.tokens(text, options(truncate));
  }

  /** The same of a text that was turned into tokens already, those around it included. */
  public int[] tokens(int[] tokens, boolean truncate) {
    return embedder.tokens(tokens, options(truncate));
  }

  /**
   * Begins with texts.
   *
   * @param tokens of each, as {@link #tokens(String, boolean)} gives them
   */
  public TextSequence sequence(int count, IntFunction<int[]> tokens) {
    return embedder.sequence(count, tokens, options(false));
  }

  /**
   * A text's labels.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public List<Label> classify(String text, RunControl control) {
    try (EmbeddingRun run = embedder.start(text, options(false))) {
      return labels(run.classify(control), null);
    }
  }

  private EmbeddingOptions options(boolean truncate) {
    return new EmbeddingOptions(classifier.pooling(), false, truncate);
  }

  /**
   * All labels, those with the best scores first.
   *
   * @param outputs of a text
   * @param function of the outputs, or null for shares where there are several labels
   */
  public List<Label> labels(float[] outputs, @Nullable ScoreFunction function) {
    ScoreFunction usual = outputs.length > 1 ? ScoreFunction.SOFTMAX : ScoreFunction.SIGMOID;
    double[] scores = (function == null ? usual : function).of(outputs);
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      labels.add(new Label(classifier.label(i), scores[i]));
    }
    labels.sort(Comparator.comparingDouble(Label::score).reversed());
    return List.copyOf(labels);
  }
}
