package io.wasmchord.web;

import io.wasmchord.api.ClassificationAnswer;
import io.wasmchord.api.ClassificationRequest;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Labels of texts, one text after another. */
final class ClassificationWork implements Work {
  private final String model;
  private final TextClassifier classifier;
  private final ClassificationRequest request;
  private final TextSequence texts;
  private final List<List<TextClassifier.Label>> labels = new ArrayList<>();
  private int tokens;

  /**
   * Nothing is computed yet.
   *
   * @param model its name
   */
  ClassificationWork(String model, TextClassifier classifier, ClassificationRequest request) {
    this.model = model;
    this.classifier = classifier;
    this.request = request;
    this.texts =
        classifier.sequence(
            request.input().size(), Inputs.named("input", at -> request.tokens(at, classifier)));
  }

  /** {@code more}, and after the last text the answer. */
  @Override
  public JsonObject step() {
    if (!texts.hasMore()) {
      JsonObject answer = new ClassificationAnswer(model, labels, tokens).json();
      return JsonObject.builder().put("more", false).put("answer", answer).build();
    }
    TextSequence.Text done = texts.step(RunControl.NONE);
    if (done != null) {
      tokens += done.tokens();
      labels.add(request.labels(done.classified(), classifier));
    }
    return JsonObject.builder().put("more", true).build();
  }

  @Override
  public void end() {
    texts.close();
  }
}
