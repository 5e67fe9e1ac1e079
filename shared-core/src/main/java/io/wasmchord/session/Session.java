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
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
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
  private final int[] sequence;
  private final CacheOptions cacheOptions;
  private final Constraints constraints;
  private final Drafting drafting;
  private @Nullable Object last; // whose tokens the cache holds, unless it was lent since
  private final @Nullable EncodedPrompt encoded; // null of a decoder alone
  private @Nullable List<AdapterScale> adapted; // of its own
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
    model.config().requireDecoder();
    Requirements.contextLength(model.config(), contextLength);
    Requirements.vocabulary(model.config(), tokenizer);
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.cacheOptions = cacheOptions;
    this.drafting = new Drafting(model, tokenizer, clock, draft, contextLength, cacheOptions);
    this.cache =
        new SharedCache(model, model.newCache(contextLength, cacheOptions), drafting::close);
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
      boolean room = (long) state.prompt().length + answer <= sequence.length;
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

  /** How many of a prompt's first tokens the cache holds, and need not be fed again. */
  public int holds(int[] prompt) {
    return encoded == null && cache.heldBy(last)
        ? model.resumesAt(cache.cache(), common(prompt))
        : 0;
  }

  /**
   * Takes over what another session of the model holds of a prompt, where that is more than this
   * one holds: the next {@link #start} need not feed it. What this session held is lost then.
   *
   * @throws InvalidRequestException while a thread computes with one of them
   * @throws ClosedException when one of them or the model is closed
   */
  public void takeOver(Session other, int[] prompt) {
    if (other == this) {
      return;
    }
    cache.enter();
    try {
      other.cache.enter();
      try {
        int held = other.holds(prompt);
        if (held > holds(prompt)) {
          cached = model.copy(other.cache.cache(), cache.cache(), held);
          System.arraycopy(prompt, 0, sequence, 0, cached);
          last = new Object();
          cache.hand(last);
        }
      } finally {
        other.cache.leave();
      }
    } finally {
      cache.leave();
    }
  }

  /** How many of the first tokens are the same; the last one's logits are needed in any case. */
  private int common(int[] prompt) {
    int most = Math.max(0, Math.min(cached, prompt.length - 1));
    int mismatch = Arrays.mismatch(sequence, 0, most, prompt, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /**
   * Checks a prompt as {@link #start} does.
   *
   * @throws InvalidRequestException when it is empty, leaves no room for an answer or holds an id
   *     that is no token
   */
  public void check(int[] prompt) {
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
    int reused = cache.heldBy(last) ? common(prompt) : 0; // it may have been lent
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
    return encoded == null && cache.heldBy(last) ? cached : 0;
  }

  /**
   * Forgets what comes after the first {@code position} tokens; the memory stays. A generation that
   * is under way ends.
   *
   * @return how many tokens are kept: fewer where the model's layers cannot go on just there
   */
  public int rewind(int position) {
    cache.enter();
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      cached = model.resumesAt(cache.cache(), Math.max(0, Math.min(position, held())));
      holdNow();
      return cached;
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

  private void holdNow() {
    Object holder = new Object();
    cache.hand(holder);
    last = holder;
  }

  /**
   * A session of its own that begins with the same tokens. It takes a cache of the same size, and
   * the time to copy what is used of it.
   *
   * @throws io.wasmchord.errors.OutOfMemoryException when there is no memory for it
   */
  public Session copy() {
    Session other =
        new Session(model, tokenizer, sequence.length, cacheOptions, clock, drafting.offered());
    try {
      List<AdapterScale> own = adapted;
      if (own != null) {
        other.adapt(own);
      }
      other.takeOver(this, Arrays.copyOf(sequence, position() + 1)); // all that is held
      return other;
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
    cache.enter();
    try {
      CacheContents contents = model.contents(cache.cache(), held());
      CacheMarks marks = contents.marks();
      int[] tokens = Arrays.copyOf(sequence, marks.position());
      SessionHead head =
          new SessionHead(fingerprint, sequence.length, cacheOptions, marks, tokens, notes);
      return new SessionWriter(cache, head, contents);
    } catch (RuntimeException e) {
      cache.leave();
      throw e;
    }
  }

  /** Notes that the cache was filled with what was saved of these tokens. */
  void restored(int[] tokens) {
    System.arraycopy(tokens, 0, sequence, 0, tokens.length);
    cached = tokens.length;
    holdNow();
  }

  KvCache cache() {
    return cache.cache();
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

  /**
   * Goes back to where the model can go on, should a batch have begun that did not end, or have had
   * tokens that were taken back.
   *
   * @return whether it went back
   */
  boolean resume(RunControl control) {
    int before = cached;
    if (model.config().recurrent()) {
      try (Model.Turn _ = model.turn(control)) {
        cached = model.resumesAt(cache.cache(), cached);
      }
    }
    return cached < before;
  }

  /** Sees to it that the model can go back to here. */
  void keep(RunControl control) {
    if (model.config().recurrent()) {
      try (Model.Turn _ = model.turn(control)) {
        model.keep(cache.cache(), cached);
      }
    }
  }

  int maxBatch() {
    return model.maxBatch();
  }

  /** Tokens up to {@code to} that are not fed yet. */
  int pending(int to) {
    return to - cached;
  }

  /**
   * The next {@code most} tokens up to {@code to}, and what is wanted if they reach it, or of all.
   */
  Model.Feed batch(int to, int most, Model.Wanted there) {
    int n = Math.min(most, pending(to));
    boolean reached = n == pending(to) || there == Model.Wanted.ALL;
    Model.Wanted wanted = reached ? there : Model.Wanted.NONE;
    int[] ids = Arrays.copyOfRange(sequence, cached, cached + n);
    return new Model.Feed(ids, cached, cache.cache(), wanted);
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
    cached += tokens;
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
    cache.close();
  }
}
