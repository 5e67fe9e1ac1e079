package io.wasmchord.model;

import io.wasmchord.ChordException;

/** Text or logits were asked of a model that only gives vectors. */
public final class EmbeddingOnlyException extends ChordException {
  EmbeddingOnlyException(ModelConfig config) {
    super(
        "embedding_only",
        "this is an embedding model ("
            + config.architecture()
            + "): it gives vectors and cannot generate text; use 'chord embed', or"
            + " embeddings.create in JavaScript, or choose another model");
  }

  /**
   * Lets models pass that generate text.
   *
   * @throws EmbeddingOnlyException for the others
   */
  public static void requireDecoder(ModelConfig config) {
    if (config.encoder()) {
      throw new EmbeddingOnlyException(config);
    }
  }
}
