package io.wasmchord.errors;

/** Ranks or labels were asked of a model without a head that gives them. */
public final class NoClassifierException extends ChordException {
  public NoClassifierException(String architecture) {
    super(
        "no_classifier",
        "this model ("
            + architecture
            + ") has no classification head: it can neither rank documents nor give labels; choose"
            + " a reranker, such as bge-reranker-v2-m3, jina-reranker or Qwen3-Reranker, or a"
            + " classifier, or compare vectors of 'chord embed', embeddings.create in JavaScript");
  }
}
