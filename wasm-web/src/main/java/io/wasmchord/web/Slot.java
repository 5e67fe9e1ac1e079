package io.wasmchord.web;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * A place for one sequence, with the cache that it takes.
 *
 * @param session null for a model that only gives vectors
 * @param embedder in the session's cache, where there is one
 */
record Slot(@Nullable Session session, Embedder embedder) {
  /**
   * What answers.
   *
   * @throws EmbeddingOnlyException when the model cannot generate
   */
  Session answering() {
    if (session == null) {
      embedder.config().requireDecoder();
      throw new IllegalStateException("a decoder without a session");
    }
    return session;
  }

  /** How many of a prompt's first tokens are in its cache. */
  int holds(int[] prompt) {
    return session == null ? 0 : session.holds(prompt);
  }

  /** Bytes of its cache. */
  long cacheBytes() {
    return session == null ? 0 : session.cacheBytes();
  }
}
