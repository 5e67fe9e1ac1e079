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
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.session.speculation.Drafting;
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
  private static final int[] NO_TOKENS = {};

  private final Model model;
  private final Tokenizer tokenizer;
  private final SamplerTexts texts;
  private final Clock clock;
  private final SharedCache cache;
  private final CachedTokens sequence;
  private final CacheOptions cacheOptions;
  private final Constraints constraints;
  private final Drafting drafting;
  private @Nullable Prefixes prefixes; // what other sessions hold
  private final @Nullable EncodedPrompt encoded; // null of a decoder alone
  private @Nullable List<AdapterScale> adapted; // of its own
  private int losses; // of the model's caches, that this one knows of

  /** The same, with a cache of float32. */
  public Session(Model model, Tokenizer tokenizer, int contextLength, Clock clock) {
    this(model, tokenizer, contextLength, KvType.F32, clock);
  }

  /** The same, with the usual number of checkpoints. */
  public Session(
      Model model, Tokenizer tokenizer, int contextLength, KvType cacheType, Clock clock) {
    this(model, tokenizer, contextLength, CacheOptions.of(cacheType), clock);
  }

  /** The same, without a draft model. */
  public Session(
      Model model, Tokenizer tokenizer, int contextLength, CacheOptions cacheOptions, Clock clock) {
    this(model, tokenizer, contextLength, cacheOptions, clock, null);
  }

  /**
   * @param contextLength the longest sequence, prompt and answer together; each of them where an
   *     encoder takes the prompt
   * @param cacheOptions how its past is kept
   * @param draft a smaller model that can propose tokens for this one, or null
   * @throws InvalidRequestException when {@code contextLength} is not within 1 and what the model
   *     was trained for
   * @throws EmbeddingOnlyException when the model cannot generate
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Session(
      Model model,
      Tokenizer tokenizer,
      int contextLength,
      CacheOptions cacheOptions,
      Clock clock,
      @Nullable Draft draft) {
    this(
        model,
        tokenizer,
        memory(model, tokenizer, contextLength, cacheOptions),
        contextLength,
        cacheOptions,
        clock,
        draft);
  }

  private static SequenceCache memory(
      Model model, Tokenizer tokenizer, int contextLength, CacheOptions options) {
    model.config().requireDecoder();
    Requirements.contextLength(model.config(), contextLength);
    Requirements.vocabulary(model.config(), tokenizer);
    return SequenceCache.of(model, contextLength, options);
  }

  private Session(
      Model model,
      Tokenizer tokenizer,
      SequenceCache memory,
      int contextLength,
      CacheOptions cacheOptions,
      Clock clock,
      @Nullable Draft draft) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.cacheOptions = cacheOptions;
    this.drafting = new Drafting(model, tokenizer, clock, draft, contextLength, cacheOptions);
    this.cache = new SharedCache(memory, drafting::close);
    this.sequence = new CachedTokens(model, cache, contextLength);
    this.constraints = Constraints.of(tokenizer);
    this.losses = model.losses();
    this.texts = new SamplerTexts(new TokenizerVocabulary(tokenizer, tokens()));
    this.encoded = model.config().stacks().decodes() ? new EncodedPrompt(model) : null;
  }

  /**
   * Has this session begin with what others of the model hold, and them with what it holds: those
   * that have joined the same. Its copies join too.
   */
  public void join(Prefixes others) {
    if (encoded == null) {
      prefixes = others;
      others.add(sequence);
    }
  }

  /** The longest sequence. */
  public int contextLength() {
    return sequence.all().length;
  }

  KvType cacheType() {
    return cacheOptions.type();
  }

  /** The adapters that it would begin with. */
  List<AdapterScale> adapters() {
    List<AdapterScale> own = adapted;
    return own == null ? model.adapters().used() : own;
  }

  /** Bytes of the KV cache; none of a copy that was not used yet. */
  public long cacheBytes() {
    return sequence.memory().bytes();
  }

  /**
   * Begins to answer a prompt; nothing is computed yet.
   *
   * @throws InvalidRequestException when the prompt is empty, leaves no room for an answer or holds
   *     an id that is no token
   * @throws ClosedException when the session or its model is closed
   * @throws io.wasmchord.errors.OutOfMemoryException when the session is a copy that is used for
   *     the first time, and there is no memory for its cache
   */
  public Generation start(int[] prompt, GenerationOptions options) {
    cache.enter();
    try {
      return begin(prompt, options, RunControl.NONE);
    } finally {
      cache.leave();
    }
  }

  /**
   * Goes on with an answer that was interrupted, here or elsewhere: what comes is what would have
   * come. Its listener is first told what there was already.
   *
   * @param options those that the answer was begun with
   * @throws io.wasmchord.errors.InvalidSessionException when they have other samplers
   * @throws InvalidRequestException when it is of another model, or longer than this context
   */
  public Generation resume(GenerationState state, GenerationOptions options) {
    Requirements.tokens(state.answer(), tokens());
    cache.enter();
    try {
      int answer = state.answer().length;
      boolean room = (long) state.prompt().length + answer <= contextLength();
      if (!room || answer >= options.maxTokens() || encoded != null) {
        throw new InvalidRequestException(
            "the answer to go on with has "
                + answer
                + " tokens, which is all that context or limit have room for; ask again");
      }
      Generation next = begin(state.prompt(), options, RunControl.NONE);
      next.goOnAfter(state);
      return next;
    } finally {
      cache.leave();
    }
  }

  /** Whether an encoder takes the prompt. */
  boolean encodes() {
    return encoded != null;
  }

  /** The prompt that an encoder takes; else none. */
  int[] encodedPrompt() {
    return encoded == null ? NO_TOKENS : encoded.prompt();
  }

  private Generation begin(int[] prompt, GenerationOptions options, RunControl control) {
    check(prompt);
    boolean scored = scoresPrompt(options);
    ConstraintState constraint = constraints.start(options);
    int reused;
    int[] begun = prompt;
    if (encoded == null) {
      reused = scored ? 0 : reusable(prompt, control); // all of its logits are needed
    } else {
      reused = encoded.begin(prompt, sequence.current(), cache.cache(), control);
      begun = new int[] {model.config().stacks().start()};
    }
    Generation next =
        new Generation(this, options, constraint, prompt.length, reused, begun.length);
    sequence.begin(begun, encoded == null ? reused : 0, next);
    return next;
  }

  /** How many of a prompt's first tokens the cache holds, and need not be fed again. */
  public int holds(int[] prompt) {
    return encoded == null ? sequence.holds(prompt) : 0;
  }

  /**
   * Takes over what another session of the model holds of a prompt, where that is more than this
   * one holds: the next {@link #start} need not feed it. What this session held is lost then.
   *
   * @throws InvalidRequestException while a thread computes with one of them
   * @throws ClosedException when one of them or the model is closed
   */
  public void takeOver(Session other, int[] prompt) {
    if (other != this && encoded == null) {
      sequence.takeOver(other.sequence, prompt);
    }
  }

  /**
   * Checks a prompt as {@link #start} does.
   *
   * @throws InvalidRequestException when it is empty, leaves no room for an answer or holds an id
   *     that is no token
   */
  public void check(int[] prompt) {
    Requirements.prompt(prompt, contextLength(), model.config().vocabulary());
  }

  private boolean scoresPrompt(GenerationOptions options) {
    boolean wanted = options.scores() != null && options.scores().prompt();
    if (wanted && encoded != null) {
      throw new InvalidRequestException(
          "an encoder reads this model's prompts, so their tokens have no probabilities; ask for"
              + " those of the answer alone");
    }
    return wanted;
  }

  /** How many tokens of the prompt need not be fed again. */
  private int reusable(int[] prompt, RunControl control) {
    if (prefixes != null) {
      prefixes.lend(sequence, prompt, control);
    }
    int common = sequence.common(prompt);
    sequence.memory().writable(common);
    return sequence.memory().resumesAt(common, control);
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

  /** Tokens of the sequence so far that need not be fed again. */
  public int position() {
    cache.enter();
    try {
      return held();
    } finally {
      cache.leave();
    }
  }

  /** How many tokens the cache holds; of an encoder's prompt nothing is told. */
  private int held() {
    return encoded == null ? sequence.held() : 0;
  }

  /**
   * Forgets what comes after the first {@code position} tokens; the memory stays. A generation that
   * is under way ends.
   *
   * @return how many tokens are kept: fewer where the model's layers cannot go on just there
   */
  public int rewind(int position) {
    cache.enter();
    try {
      return sequence.rewind(encoded == null ? position : 0);
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
    adapted = List.copyOf(adapters);
  }

  /** Has the session follow {@link io.wasmchord.model.Adapters#use(List)} again. */
  public void adaptDefault() {
    adapt(all -> all.useDefault(cache.cache()));
    adapted = null;
  }

  private void adapt(Consumer<Adapters> choice) {
    cache.enter();
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      choice.accept(model.adapters());
    } finally {
      cache.leave();
    }
  }

  /**
   * A session of its own that begins with the same tokens. It takes a cache of the same size when
   * it is used first, or before this one overwrites what both have; then what is used of it is
   * copied. Where this one is closed before, it takes over its cache.
   */
  public Session copy() {
    List<AdapterScale> own = adapted;
    Session other;
    if (own == null) {
      SequenceCache memory;
      cache.enter();
      try {
        memory = sequence.memory().copy(held());
        other =
            new Session(
                model, tokenizer, memory, contextLength(), cacheOptions, clock, drafting.offered());
        other.sequence.begin(Arrays.copyOf(sequence.all(), held()), held(), new Object());
      } finally {
        cache.leave();
      }
    } else {
      other =
          new Session(model, tokenizer, contextLength(), cacheOptions, clock, drafting.offered());
      adaptedCopy(other, own);
    }
    if (prefixes != null) {
      other.join(prefixes);
    }
    return other;
  }

  private void adaptedCopy(Session other, List<AdapterScale> own) {
    try {
      other.adapt(own);
      other.takeOver(this, Arrays.copyOf(sequence.all(), position() + 1)); // all that is held
    } catch (RuntimeException e) {
      other.close();
      throw e;
    }
  }

  /**
   * Begins to save the session. An answer that is under way is saved as far as it was computed.
   *
   * @param fingerprint of the model
   * @param notes to be saved beside it, such as a conversation's messages
   */
  public SessionWriter save(long fingerprint, String notes) {
    return SessionWriter.of(model, sequence, cacheOptions, fingerprint, notes);
  }

  /** Notes that the cache was filled with what was saved of these tokens. */
  void restored(int[] tokens) {
    sequence.begin(tokens, tokens.length, new Object());
  }

  /** The cache, for something else: whoever enters makes the session forget its sequence. */
  public SharedCache lend() {
    return cache;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Drafting drafting() {
    return drafting;
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

  /** The cache, of which nothing that it holds will be overwritten. */
  KvCache cache() {
    return sequence.memory().writable(contextLength());
  }

  int[] sequence() {
    return sequence.all();
  }

  /** Tokens that were fed, to an encoder and to the decoder. */
  int fed() {
    return encoded == null ? sequence.cached() : encoded.fed() + sequence.cached();
  }

  /** Computes a step of the encoder, if there is one to compute; whether there was. */
  boolean encode(RunControl control) {
    return encoded != null && encoded.step(control);
  }

  /**
   * Goes back to where the model can go on, should a batch have begun that did not end, or have had
   * tokens that were taken back, or should the cache have lost what it held.
   *
   * @return whether it went back
   */
  boolean resume(RunControl control) {
    int before = sequence.cached();
    if (model.config().recurrent() || losses != model.losses()) {
      sequence.resume(control);
      losses = model.losses();
    }
    return sequence.cached() < before;
  }

  /** Sees to it that the model can go back to here. */
  void keep(RunControl control) {
    if (model.config().recurrent()) {
      sequence.keep(control);
    }
  }

  int maxBatch() {
    return model.maxBatch();
  }

  /** Tokens up to {@code to} that are not fed yet. */
  int pending(int to) {
    return to - sequence.cached();
  }

  /**
   * The next {@code most} tokens up to {@code to}, and what is wanted if they reach it, or of all.
   */
  Model.Feed batch(int to, int most, Model.Wanted there) {
    return sequence.batch(to, most, there);
  }

  float[] forward(Model.Feed feed, RunControl control) {
    return model.forward(feed, control);
  }

  /** Feeds it; the most likely next token. */
  Model.Best best(Model.Feed feed, RunControl control) {
    return model.best(feed, tokens(), control);
  }

  /** Notes that the cache holds so many tokens more. */
  void noteFed(int tokens) {
    sequence.noteFed(tokens);
  }

  Model model() {
    return model;
  }

  /**
   * Gives the cache's memory back; the session cannot be used any more. A generation in another
   * thread ends at its next step with a {@link ClosedException}, and then the memory is given back.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    if (prefixes != null) {
      prefixes.leave(sequence, cacheOptions, adapted);
    }
    cache.close();
  }
}
