package io.wasmchord.embedding;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.session.SharedCache;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Turns texts into vectors, with an encoder or a decoder. A text's keys and values live as long as
 * its computation and take as much memory as it has tokens. One of {@link #of} may be used from as
 * many threads as its model; one of {@link #over} by one thread at a time, as its session.
 */
public final class Embedder {
  private final Model model;
  private final Tokenizer tokenizer;
  private final int longest;
  private final IntFunction<SharedCache> caches; // by how many positions a text needs
  private final boolean own; // whether a text's cache is closed with it

  private Embedder(
      Model model, Tokenizer tokenizer, int longest, IntFunction<SharedCache> caches, boolean own) {
    Requirements.vocabulary(model.config(), tokenizer);
    this.model = model;
    this.tokenizer = tokenizer;
    this.longest = longest;
    this.caches = caches;
    this.own = own;
  }

  /**
   * One that takes texts up to {@code contextLength} tokens.
   *
   * @param contextLength at most what the model was trained for
   * @param cacheType how keys and values are stored meanwhile
   * @throws InvalidRequestException when {@code contextLength} is not within 1 and that
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   * @throws InvalidModelException when the model lacks embeddings of tokens
   */
  public static Embedder of(Model model, Tokenizer tokenizer, int contextLength, KvType cacheType) {
    Requirements.contextLength(model.config(), contextLength);
    model.release(model.newCache(1, cacheType)); // a type that does not fit is refused now
    return new Embedder(
        model,
        tokenizer,
        contextLength,
        positions -> new SharedCache(model, model.newCache(positions, cacheType)),
        true);
  }

  /** One over a session's cache: what the session remembers of a conversation is forgotten. */
  public static Embedder over(Session session, Model model, Tokenizer tokenizer) {
    return new Embedder(
        model, tokenizer, session.contextLength(), positions -> session.lend(), false);
  }

  /**
   * A text's vectors.
   *
   * @throws InvalidRequestException when the text has no tokens, or more than the context holds and
   *     {@code options} do not have it cut
   * @throws io.wasmchord.errors.GenerationException when the model gives no finite numbers
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   * @throws io.wasmchord.errors.ClosedException when the model is closed, or closes meanwhile
   */
  public TextEmbedding embed(String text, EmbeddingOptions options, RunControl control) {
    try (EmbeddingRun run = start(text, options)) {
      return run.finish(control);
    }
  }

  /** What is known of the model. */
  public ModelConfig config() {
    return model.config();
  }

  /** Tokens of the longest text. */
  public int contextLength() {
    return longest;
  }

  /**
   * Begins with texts, one after the other; an encoder computes short ones together.
   *
   * @param count how many
   * @param tokens of each, those around it included; asked for once, in their order. They fit, as
   *     those of {@link #tokens} do
   */
  public TextSequence sequence(int count, IntFunction<int[]> tokens, EmbeddingOptions options) {
    requirePooling(options);
    return new TextSequence(this, count, tokens, options);
  }

  /** Begins with a text; as {@link #embed}, step by step. */
  public EmbeddingRun start(String text, EmbeddingOptions options) {
    return start(List.of(tokens(text, options)), options);
  }

  /**
   * A text's tokens, with those around it.
   *
   * @throws InvalidRequestException when it has none, or more than the context holds and {@code
   *     options} do not have it cut
   */
  public int[] tokens(String text, EmbeddingOptions options) {
    return fitting(tokenizer.encode(text, true, false), options);
  }

  /**
   * The same of a text that was turned into tokens already, those around it included.
   *
   * @throws InvalidRequestException also when an id is no token
   */
  public int[] tokens(int[] ids, EmbeddingOptions options) {
    Requirements.tokens(ids, model.config().vocabulary());
    return fitting(ids, options);
  }

  /**
   * Begins with a text that was turned into tokens already, those around it included.
   *
   * @throws InvalidRequestException as {@link #embed}, and when an id is no token
   */
  public EmbeddingRun start(int[] tokens, EmbeddingOptions options) {
    return start(List.of(tokens(tokens, options)), options);
  }

  /** Whether another text can be computed in the batch of these. */
  boolean together(List<int[]> texts, int[] more) {
    int all = more.length;
    int cells = cells(more);
    for (int[] text : texts) {
      all += text.length;
      cells += cells(text);
    }
    return own && config().encoder() && all <= model.maxBatch() && cells <= longest;
  }

  /** What a text takes of the memory that was planned for the longest one. */
  private static int cells(int[] text) {
    return (text.length + KvSpec.RUN - 1) / KvSpec.RUN * KvSpec.RUN;
  }

  /**
   * Refuses to pool in a way that says nothing.
   *
   * @throws InvalidRequestException when the model is for ranking or labels alone, and no pooling
   *     is named
   */
  private void requirePooling(EmbeddingOptions options) {
    if (options.pooling() == null && config().classifier().alone()) {
      throw new InvalidRequestException(
          "this model ("
              + config().architecture()
              + ") is a reranker or classifier, whose vectors were not trained to be compared: have"
              + " it rank or classify, or name a pooling (mean, cls, last or none) to get them all"
              + " the same");
    }
  }

  EmbeddingRun start(List<int[]> texts, EmbeddingOptions options) {
    requirePooling(options);
    List<SharedCache> made = new ArrayList<>();
    try {
      texts.forEach(ids -> made.add(caches.apply(ids.length)));
      return new EmbeddingRun(model, List.copyOf(texts), List.copyOf(made), options, own);
    } catch (RuntimeException e) {
      if (own) {
        made.forEach(SharedCache::close);
      }
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
