package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.sampling.SamplerTexts;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sequence of tokens with its KV cache. Prompts that begin like the sequence so far are fed
 * only from where they differ, or from the start where the model's windows have moved too far on.
 * Where an encoder takes the prompt, the sequence is the decoder's start token and the answer, and
 * a prompt is encoded unless it is the last one. One generation at a time; starting another ends
 * the one before.
 *
 * <p>Threads that want to generate at the same time have a session each, on the same model. A call
 * while another thread computes with this session is an {@link InvalidRequestException}; a call
 * after {@link #close} is a {@link ClosedException}.
 */
public final class Session implements AutoCloseable {
  private final Model model;
  private final Tokenizer tokenizer;
  private final SamplerTexts texts;
  private final Clock clock;
  private final SharedCache cache;
  private final int[] sequence;
  private final Constraints constraints;
  private @Nullable Generation last;
  private final @Nullable EncodedPrompt encoded; // null of a decoder alone
  private int cached; // tokens of sequence whose keys and values the cache holds

  /** The same, with a cache of float32. */
  public Session(Model model, Tokenizer tokenizer, int contextLength, Clock clock) {
    this(model, tokenizer, contextLength, KvType.F32, clock);
  }

  /** The same, with the usual number of checkpoints. */
  public Session(
      Model model, Tokenizer tokenizer, int contextLength, KvType cacheType, Clock clock) {
    this(model, tokenizer, contextLength, CacheOptions.of(cacheType), clock);
  }

  /**
   * @param contextLength the longest sequence, prompt and answer together; each of them where an
   *     encoder takes the prompt
   * @param cacheOptions how its past is kept
   * @throws InvalidRequestException when {@code contextLength} is not within 1 and what the model
   *     was trained for
   * @throws EmbeddingOnlyException when the model cannot generate
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Session(
      Model model, Tokenizer tokenizer, int contextLength, CacheOptions cacheOptions, Clock clock) {
    model.config().requireDecoder();
    Requirements.contextLength(model.config(), contextLength);
    Requirements.vocabulary(model.config(), tokenizer);
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.cache = new SharedCache(model, model.newCache(contextLength, cacheOptions));
    this.sequence = new int[contextLength];
    this.constraints = new Constraints(tokenizer);
    this.texts = new SamplerTexts(new TokenizerVocabulary(tokenizer, tokens()));
    this.encoded = model.config().stacks().decodes() ? new EncodedPrompt(model) : null;
  }

  /** The longest sequence. */
  public int contextLength() {
    return sequence.length;
  }

  /** Bytes of the KV cache. */
  public long cacheBytes() {
    return cache.cache().spec().bytes();
  }

  /**
   * Begins to answer a prompt; nothing is computed yet.
   *
   * @throws InvalidRequestException when the prompt is empty, leaves no room for an answer or holds
   *     an id that is no token
   * @throws ClosedException when the session or its model is closed
   */
  public Generation start(int[] prompt, GenerationOptions options) {
    cache.enter();
    try {
      return begin(prompt, options, RunControl.NONE);
    } finally {
      cache.leave();
    }
  }

  private Generation begin(int[] prompt, GenerationOptions options, RunControl control) {
    check(prompt);
    ConstraintState constraint = constraints.start(options);
    int reused;
    int[] begun = prompt;
    if (encoded == null) {
      reused = reusable(prompt, control);
      cached = reused;
    } else {
      reused = encoded.begin(prompt, cache.heldBy(last), cache.cache(), control);
      cached = 0;
      begun = new int[] {model.config().stacks().start()};
    }
    System.arraycopy(begun, 0, sequence, 0, begun.length);
    Generation next =
        new Generation(this, options, constraint, prompt.length, reused, begun.length);
    cache.hand(next);
    last = next;
    return next;
  }

  private void check(int[] prompt) {
    if (prompt.length == 0) {
      throw new InvalidRequestException("the prompt is empty; give at least one token");
    }
    if (prompt.length > sequence.length) {
      throw new InvalidRequestException(
          "the prompt has "
              + prompt.length
              + " tokens, the context "
              + sequence.length
              + "; shorten the conversation or load the model with a longer context");
    }
    Requirements.tokens(prompt, model.config().vocabulary());
  }

  /** How many tokens of the prompt need not be fed again. */
  private int reusable(int[] prompt, RunControl control) {
    int held = cache.heldBy(last) ? cached : 0; // it may have been lent
    int reused =
        Math.min(held, prompt.length - 1); // the last token is fed again: its logits are needed
    int mismatch = Arrays.mismatch(sequence, 0, reused, prompt, 0, reused);
    reused = mismatch < 0 ? reused : mismatch;
    try (Model.Turn _ = model.turn(control)) {
      return model.resumesAt(cache.cache(), reused);
    }
  }

  /**
   * Answers a prompt to its end.
   *
   * @throws CancelledException when {@code control} asks for it or the thread is interrupted, which
   *     it stays; the session stays usable
   * @throws ClosedException when the session or its model is closed, or closes meanwhile
   */
  public GenerationResult generate(
      int[] prompt, GenerationOptions options, TokenListener listener, RunControl control) {
    cache.enter();
    try {
      Generation generation = begin(prompt, options, control);
      boolean more = true;
      while (more) {
        control.check();
        cache.requireOpen();
        more = generation.compute(listener, control);
        if (generation.fed() <= prompt.length) {
          control.progress("prefill", generation.fed(), prompt.length);
        }
      }
      return generation.result();
    } finally {
      cache.leave();
    }
  }

  /**
   * Chooses adapters for what is generated from now on, in place of those of {@link
   * io.wasmchord.model.Adapters#use(List)}. With other adapters than before, the sequence is
   * computed anew.
   *
   * @throws InvalidRequestException when one is not loaded, is named twice or has a scale that is
   *     not finite; or while another thread computes with this session
   */
  public void adapt(List<AdapterScale> adapters) {
    adapt(all -> all.use(cache.cache(), adapters));
  }

  /** Has the session follow {@link io.wasmchord.model.Adapters#use(List)} again. */
  public void adaptDefault() {
    adapt(all -> all.useDefault(cache.cache()));
  }

  private void adapt(Consumer<Adapters> choice) {
    cache.enter();
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      choice.accept(model.adapters());
    } finally {
      cache.leave();
    }
  }

  /** The cache, for something else: whoever enters makes the session forget its sequence. */
  public SharedCache lend() {
    return cache;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  SamplerTexts texts() {
    return texts;
  }

  /** Ids below this may be generated. */
  int tokens() {
    return Math.min(model.config().tokens(), tokenizer.size());
  }

  Clock clock() {
    return clock;
  }

  int[] sequence() {
    return sequence;
  }

  /** Tokens that were fed, to an encoder and to the decoder. */
  int fed() {
    return encoded == null ? cached : encoded.fed() + cached;
  }

  /** Computes a step of the encoder, if there is one to compute; whether there was. */
  boolean encode(RunControl control) {
    return encoded != null && encoded.step(control);
  }

  /** Goes back to where the model can go on, should a batch have begun that did not end. */
  void resume(RunControl control) {
    if (model.config().recurrent()) {
      try (Model.Turn _ = model.turn(control)) {
        cached = model.resumesAt(cache.cache(), cached);
      }
    }
  }

  /** Whether the next batch reaches {@code to}. */
  boolean reaches(int to) {
    return to - cached <= model.maxBatch();
  }

  /**
   * Feeds the tokens up to {@code to}, or one batch of them; returns logits if the batch reached
   * {@code to}.
   */
  float[] feed(int to, RunControl control) {
    Model.Wanted wanted = reaches(to) ? Model.Wanted.LAST : Model.Wanted.NONE;
    return feed(to, control, (ids, cache) -> model.forward(ids, cached, cache, wanted));
  }

  /** Feeds the last batch of the tokens up to {@code to}; the most likely next one. */
  Model.Best feedForBest(int to, RunControl control) {
    return feed(to, control, (ids, cache) -> model.best(ids, cached, cache, tokens()));
  }

  /** Feeds a batch of ids. */
  private interface Feed<T> {
    T run(int[] ids, KvCache cache);
  }

  private <T> T feed(int to, RunControl control, Feed<T> feed) {
    int n = Math.min(model.maxBatch(), to - cached);
    int[] ids = Arrays.copyOfRange(sequence, cached, cached + n);
    try (Model.Turn _ = model.turn(control)) {
      T result = feed.run(ids, cache.cache());
      cached += n;
      return result;
    }
  }

  /**
   * Gives the cache's memory back; the session cannot be used any more. A generation in another
   * thread ends at its next step with a {@link ClosedException}, and then the memory is given back.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    cache.close();
  }
}
