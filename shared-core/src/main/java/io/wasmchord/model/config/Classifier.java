package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/**
 * What the head of a classifier or reranker makes of a text: a number for each label, or the one
 * that says how well a document fits a query.
 *
 * @param outputs numbers; 0 where a model has no such head
 * @param labels a name for each, or empty where the file has none
 * @param pooling which state the head takes
 * @param shares whether the numbers are divided up as probabilities, the first being that of a yes
 * @param alone whether the model is for nothing else: its vectors must be asked for by a pooling
 */
public record Classifier(
    int outputs, List<String> labels, Pooling pooling, boolean shares, boolean alone) {
  public static final Classifier NONE = new Classifier(0, List.of(), Pooling.NONE, false, false);

  private static final int MAX_OUTPUTS = 1 << 16;
  private static final String LABELS = "classifier.output_labels";
  private static final String POOLING = "pooling_type";
  private static final int RANK = 4;

  public Classifier {
    labels = List.copyOf(labels);
  }

  /** Whether a model has this head. */
  public boolean exists() {
    return outputs > 0;
  }

  /** What a label is called; those without a name are numbered. */
  public String label(int output) {
    return labels.isEmpty() ? "LABEL_" + output : labels.get(output);
  }

  /** Whether the head gives how well a document fits a query. */
  public boolean ranks() {
    return outputs == 1 || shares;
  }

  /**
   * The head of a file.
   *
   * @throws InvalidModelException when the file says that it has one and it has not, or it does not
   *     fit its labels
   */
  static Classifier of(GgufFile file, Architecture a) {
    Metadata metadata = file.metadata();
    boolean ranks = metadata.has(a.key(POOLING)) && metadata.int32(a.key(POOLING)) == RANK;
    TensorInfo last = file.tensor(WeightNames.CLASSIFIER_OUT + ".weight");
    if (last == null && a.has(Trait.CLASSIFIER)) {
      last = file.tensor(WeightNames.CLASSIFIER + ".weight");
    }
    boolean known = a.has(Trait.CLASSIFIER) || a.has(Trait.YES_OR_NO);
    if (last == null || !known) {
      if (ranks) {
        throw wrong(
            file,
            a.key(POOLING)
                + " is 4, a reranker's, but there is no "
                + (known
                    ? "tensor " + WeightNames.CLASSIFIER_OUT + ".weight"
                    : "head for it in this architecture"));
      }
      return NONE;
    }
    List<String> labels = metadata.has(a.key(LABELS)) ? metadata.strings(a.key(LABELS)) : List.of();
    int outputs = (int) Math.min(last.rows(), Integer.MAX_VALUE);
    if (outputs < 1 || outputs > MAX_OUTPUTS) {
      throw wrong(file, last.name() + " has " + last.rows() + " rows, not 1.." + MAX_OUTPUTS);
    }
    if (!labels.isEmpty() && labels.size() != outputs) {
      throw wrong(
          file,
          a.key(LABELS)
              + " has "
              + labels.size()
              + " entries, but "
              + last.name()
              + " "
              + outputs
              + " rows");
    }
    boolean decoder = a.has(Trait.YES_OR_NO);
    Pooling pooling =
        decoder ? Pooling.LAST : a.has(Trait.CLASSIFIER_OF_MEAN) ? Pooling.MEAN : Pooling.CLS;
    return new Classifier(
        outputs, labels, pooling, decoder && outputs > 1, ranks || !metadata.has(a.key(POOLING)));
  }

  private static InvalidModelException wrong(GgufFile file, String what) {
    return new InvalidModelException(
        file.fileName()
            + ": "
            + what
            + ". The file may be converted wrongly: choose another of this model.");
  }
}
