package io.wasmchord.embedding;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.InvalidModelException;
import io.wasmchord.model.Model;
import io.wasmchord.session.InvalidRequestException;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * Turns texts into vectors, with an encoder or a decoder. A text's keys and values live as long as
 * its computation and take as much memory as it has tokens.
 */
public final class Embedder {
  private final Model model;
  private final Tokenizer tokenizer;
  private final int longest;
  private final Caches caches;

  /** Where a text's keys and values come from and go to. */
  private interface Caches {
    KvCache take(int positions);

    void giveBack(KvCache cache);
  }

  private Embedder(Model model, Tokenizer tokenizer, int longest, Caches caches) {
    Requirements.vocabulary(model, tokenizer);
    this.model = model;
    this.tokenizer = tokenizer;
    this.longest = longest;
    this.caches = caches;
  }

  /**
   * One that takes texts up to {@code contextLength} tokens.
   *
   * @param contextLength at most what the model was trained for
   * @param cacheType how keys and values are stored meanwhile
   * @throws InvalidRequestException when {@code contextLength} is not within 1 and that
   * @throws io.wasmchord.backend.UnsupportedCacheException when the model's heads do not divide
   *     into the cache type's blocks
   * @throws InvalidModelException when the model lacks embeddings of tokens
   */
  public static Embedder of(Model model, Tokenizer tokenizer, int contextLength, KvType cacheType) {
    Requirements.contextLength(model.config(), contextLength);
    model.release(model.newCache(1, cacheType)); // a type that does not fit is refused now
    return new Embedder(
        model,
        tokenizer,
        contextLength,
        new Caches() {
          @Override
          public KvCache take(int positions) {
            return model.newCache(positions, cacheType);
          }

          @Override
          public void giveBack(KvCache cache) {
            model.release(cache);
          }
        });
  }

  /** One over a session's cache: what the session remembers of a conversation is forgotten. */
  public static Embedder over(Session session, Model model, Tokenizer tokenizer) {
    return new Embedder(
        model,
        tokenizer,
        session.contextLength(),
        new Caches() {
          @Override
          public KvCache take(int positions) {
            return session.lend();
          }

          @Override
          public void giveBack(KvCache cache) {}
        });
  }

  /**
   * A text's vectors.
   *
   * @throws InvalidRequestException when the text has no tokens, or more than the context holds and
   *     {@code options} do not have it cut
   * @throws io.wasmchord.session.GenerationException when the model gives no finite numbers
   * @throws io.wasmchord.host.CancelledException when {@code control} asks for it
   */
  public TextEmbedding embed(String text, EmbeddingOptions options, RunControl control) {
    try (EmbeddingRun run = start(text, options)) {
      do {
        control.check();
      } while (run.step());
      return run.result();
    }
  }

  /** Begins with a text; as {@link #embed}, step by step. */
  public EmbeddingRun start(String text, EmbeddingOptions options) {
    return begin(fitting(tokenizer.encode(text, true, false), options), options);
  }

  /**
   * Begins with a text that was turned into tokens already, those around it included.
   *
   * @throws InvalidRequestException as {@link #embed}, and when an id is no token
   */
  public EmbeddingRun start(int[] tokens, EmbeddingOptions options) {
    Requirements.tokens(tokens, model.config().vocabulary());
    return begin(fitting(tokens, options), options);
  }

  private EmbeddingRun begin(int[] ids, EmbeddingOptions options) {
    KvCache cache = caches.take(ids.length);
    try {
      return new EmbeddingRun(model, ids, cache, options, () -> caches.giveBack(cache));
    } catch (RuntimeException e) {
      caches.giveBack(cache);
      throw e;
    }
  }

  private int[] fitting(int[] ids, EmbeddingOptions options) {
    if (ids.length == 0) {
      throw new InvalidRequestException("the text has no tokens; give at least one word");
    }
    if (ids.length <= longest) {
      return ids;
    }
    if (!options.truncate()) {
      throw new InvalidRequestException(
          "the text has "
              + ids.length
              + " tokens, the model's context "
              + longest
              + "; split the text, or have it cut with the option truncate");
    }
    int[] cut = Arrays.copyOf(ids, longest);
    int[] around = tokenizer.encode("", true, false);
    int last = ids[ids.length - 1];
    if (around.length > 0 && around[around.length - 1] == last) {
      cut[longest - 1] = last; // the model expects its end: a separator, or end of sequence
    }
    return cut;
  }
}
