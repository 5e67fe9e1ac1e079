package io.wasmchord.errors;

/** Text or logits were asked of a model that only gives vectors. */
public final class EmbeddingOnlyException extends ChordException {
  public EmbeddingOnlyException(String architecture) {
    super(
        "embedding_only",
        "this is an embedding model ("
            + architecture
            + "): it gives vectors and cannot generate text; use 'chord embed', or"
            + " embeddings.create in JavaScript, or choose another model");
  }
}
