package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.Constraint;
import io.wasmchord.sampling.SamplerChain;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.session.speculation.Speculation;
import io.wasmchord.session.speculation.SpeculationOptions;
import io.wasmchord.tokenizer.Utf8Stream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the making. Each {@link #step} computes one batch of the prompt or one token, so
 * that a host with an event loop can look around between them.
 */
public final class Generation {
  private static final int[] NO_TOKENS = {};

  private final Session session;
  private final GenerationOptions options;
  private final @Nullable ConstraintState constraint;
  private final SamplerChain sampler;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StopFilter stops;
  private final AnswerScores scores;
  private final @Nullable PromptScores promptScores;
  private final Processing processing;
  private final Queue<Integer> forced = new ArrayDeque<>(); // that are to be scored, one by one
  private final StringBuilder text = new StringBuilder();
  private final Speculation speculation;
  private final int promptTokens;
  private final int reused;
  private final int begun; // tokens of the sequence before the answer
  private final long started;
  private boolean certain; // whether the last token was the only way on
  private int length; // tokens of the sequence, the answer's included
  private boolean lastApart; // whether the prompt's last token is a batch of its own
  private long prefilled;
  private long firstToken;
  private long lastToken;
  private @Nullable FinishReason finish;
  private int resumed; // tokens of the answer that another generation has chosen

  /**
   * @param reused how many of the prompt's tokens need not be computed
   * @param begun tokens of the session's sequence that the answer follows
   */
  Generation(
      Session session,
      GenerationOptions options,
      @Nullable ConstraintState constraint,
      int promptTokens,
      int reused,
      int begun) {
    this.session = session;
    this.options = options;
    this.constraint = constraint;
    this.sampler =
        SamplerChain.of(
            options.sampling(), constraint == null ? Constraint.NONE : constraint, session.texts());
    this.stops = new StopFilter(options.stops(), options.keptStops());
    ScoreOptions scored = options.scores();
    this.scores = new AnswerScores(scored, session.tokenizer());
    this.promptScores =
        scored != null && scored.prompt() ? new PromptScores(promptTokens, scored.most()) : null;
    this.processing = new Processing(options.processor(), session.tokens());
    boolean alone = !scores.wanted() && !processing.wanted(); // proposals are taken together
    SpeculationOptions proposing = alone ? options.speculation() : SpeculationOptions.OFF;
    this.speculation = session.drafting().start(proposing, begun);
    this.promptTokens = promptTokens;
    this.reused = reused;
    this.begun = begun;
    this.length = begun;
    this.started = session.clock().nanos();
  }

  /**
   * Computes one batch of the prompt, one layer of an encoder or one token. Nothing is done while
   * logits wait for the host; see {@link #waiting}.
   *
   * @return whether there is more to do
   * @throws GenerationException when the model gives logits that are not numbers; the session stays
   *     usable
   * @throws InvalidRequestException when a later generation of the session has ended this one, or
   *     another thread computes with the session
   * @throws io.wasmchord.errors.ClosedException when the session or its model is closed
   * @throws io.wasmchord.errors.CancelledException when the thread is interrupted, which it stays
   */
  public boolean step(TokenListener listener) {
    if (finish != null) {
      return false;
    }
    session.lend().enter(this);
    try {
      return compute(listener, RunControl.NONE);
    } finally {
      session.lend().leave();
    }
  }

  /** A step of whoever has the session's cache. */
  boolean compute(TokenListener listener, RunControl control) {
    if (prepare(control) == 0) {
      return finish == null;
    }
    Model.Feed feed = feed(session.maxBatch());
    return (feed.wanted() == Model.Wanted.LAST && largestAlone())
        ? take(feed, session.best(feed, control), listener)
        : take(feed, session.forward(feed, control), listener);
  }

  /**
   * Begins a step: computes what needs no batch of tokens.
   *
   * @return how many tokens are to be fed before the next of the answer can be chosen; none where
   *     the step is done
   */
  int prepare(RunControl control) {
    if (options.maxTokens() == 0 && promptScores == null) {
      finish = FinishReason.LENGTH;
    }
    if (finish != null || processing.waiting() != null || session.encode(control)) {
      return 0;
    }
    session.resume(control);
    if (length == begun && speculation.prepares(session.sequence(), length, control)) {
      return 0;
    }
    return session.pending(length) + propose(control);
  }

  /** Proposes tokens behind those that are to be fed; how many. */
  private int propose(RunControl control) {
    int left = options.maxTokens() - (length - begun) - 1; // after the one that is chosen anyway
    int limit = Math.min(left, session.contextLength() - length);
    return speculation.propose(session.sequence(), length, session.pending(length), limit, control);
  }

  /**
   * What there is of the answer, to go on with later: {@link Session#resume}.
   *
   * @throws IllegalStateException when it has ended
   * @throws InvalidRequestException where an encoder takes the prompt, or log-probabilities are
   *     told: such an answer cannot go on later
   */
  public GenerationState state() {
    if (finish != null) {
      throw new IllegalStateException("the answer has ended");
    }
    if (session.encodes()) {
      throw new InvalidRequestException(
          "an encoder-decoder's answer has no journal; leave the journal out");
    }
    if (scores.wanted()) {
      throw new InvalidRequestException(
          "a journal keeps no log-probabilities; leave out the journal, or logprobs");
    }
    return new GenerationState(
        Arrays.copyOf(session.sequence(), begun),
        Arrays.copyOfRange(session.sequence(), begun, length),
        sampler.state());
  }

  /** Begins where another answer was; its tokens are told to the listener with the next one. */
  void goOnAfter(GenerationState state) {
    sampler.restore(state.sampler());
    resumed = state.answer().length;
    for (int token : state.answer()) {
      session.sequence()[length++] = token;
      if (constraint != null) {
        constraint.accept(token);
      }
    }
  }

  private void tellResumed(TokenListener listener) {
    if (length != begun + resumed) {
      return;
    }
    for (int i = begun; i < length && finish == null; i++) {
      boolean goOn = emit(session.sequence()[i], listener);
      finish = stops.stopped() ? FinishReason.STOP : goOn ? null : FinishReason.LISTENER;
    }
  }

  /** What a step feeds, at most so many tokens; whoever feeds it calls {@link #take}. */
  Model.Feed feed(int most) {
    if (promptScores != null && session.pending(begun) > 1) {
      int rows = Math.min(most, GreedyLogits.batch(session.model()));
      return session.batch(begun - 1, rows, Model.Wanted.ALL);
    }
    Model.Feed next =
        lastApart && session.pending(begun) > 1
            ? session.batch(begun - 1, most, Model.Wanted.NONE)
            : session.batch(length, most, Model.Wanted.LAST);
    return speculation.extended(next, most);
  }

  Session session() {
    return session;
  }

  boolean ended() {
    return finish != null;
  }

  /** Whether the answer has begun. */
  boolean answers() {
    return length > begun;
  }

  /** Whether the most likely token is taken, without a look at the logits of the others. */
  private boolean largestAlone() {
    return constraint == null
        && !early()
        && options.sampling().largestOnly()
        && !scores.wanted()
        && !processing.wanted()
        && session.tokenizer().suppressed().isEmpty();
  }

  /**
   * Ends a step: the tokens of {@code feed} were fed.
   *
   * @param logits that came of it
   * @return whether there is more to do
   */
  boolean take(Model.Feed feed, float[] logits, TokenListener listener) {
    speculation.fed(feed);
    boolean scoring = promptScores != null && feed.wanted() == Model.Wanted.ALL;
    if (promptScores != null && scoring) {
      promptScores.score(session, logits, feed.position());
    }
    if (scoring || feed.wanted() == Model.Wanted.NONE) {
      session.noteFed(feed.tokens().length);
      return true;
    }
    notePrefilled();
    if (feed.wanted() == Model.Wanted.ALL) {
      return takeProposed(logits, listener);
    }
    if (promptScores != null) {
      promptScores.tell(session, listener);
      if (options.maxTokens() == 0) {
        session.noteFed(feed.tokens().length);
        finish = FinishReason.LENGTH;
        return false;
      }
    }
    scores.see(logits, session.tokens());
    certain = constraint != null && !forced.isEmpty();
    if (constraint != null && certain) {
      int token = forced.remove();
      constraint.accept(token);
      return goOn(token, listener);
    }
    boolean now = processing.process(logits, session.sequence(), length);
    return !now || goOn(choose(logits), listener);
  }

  /** Chooses tokens as long as they are those that were proposed, and one more. */
  private boolean takeProposed(float[] logits, TokenListener listener) {
    speculation.take(logits);
    boolean more = true;
    try {
      float[] row = speculation.row(session.sequence(), length);
      while (more && row != null) {
        more = goOn(choose(row), listener);
        row = speculation.row(session.sequence(), length);
      }
    } finally {
      speculation.settle(session.sequence(), length);
    }
    return more;
  }

  /**
   * Logits that wait for the host, which changes them in place and calls {@link #processed}; null
   * where none do. See {@link io.wasmchord.sampling.LogitsProcessor#LATER}.
   */
  public float @Nullable [] waiting() {
    return processing.waiting();
  }

  /**
   * Goes on with logits that waited.
   *
   * @return whether there is more to do
   * @throws InvalidRequestException when they are no logits any more, or as of {@link #step}
   */
  public boolean processed(TokenListener listener) {
    session.lend().enter(this);
    try {
      return goOn(choose(processing.processed(length)), listener);
    } finally {
      session.lend().leave();
    }
  }

  /** All tokens so far, of prompt and answer. */
  public int[] tokens() {
    return Arrays.copyOf(session.sequence(), length);
  }

  private boolean take(Model.Feed feed, Model.Best best, TokenListener listener) {
    speculation.fed(feed);
    notePrefilled();
    return goOn(best.logits().length == 0 ? best.id() : choose(best.logits()), listener);
  }

  private void notePrefilled() {
    prefilled = length == begun + resumed ? session.clock().nanos() : prefilled;
  }

  /** Where no token could be chosen, nothing counts as fed: the next step tries again. */
  private boolean goOn(int token, TokenListener listener) {
    session.noteFed(session.pending(length));
    lastToken = session.clock().nanos();
    firstToken = length == begun + resumed ? lastToken : firstToken;
    tellResumed(listener);
    if (finish == null) {
      accept(token, listener);
    }
    if (constraint != null) {
      follow(constraint, listener);
    }
    return finish == null;
  }

  /** Takes what must come next as it is; it is fed together with the token before it. */
  private void follow(ConstraintState state, TokenListener listener) {
    if (finish != null || state.isDead()) {
      return;
    }
    int[] next = certain ? NO_TOKENS : ForcedTokens.of(state, session.tokenizer(), options.marks());
    for (int token : next) {
      if (scores.wanted()) {
        forced.add(token); // one by one, so that there are logits of each
      } else if (finish == null) {
        state.accept(token);
        accept(token, listener);
      }
    }
    if (finish == null && state.isFinished()) {
      finish = FinishReason.STOP;
      emit(stops.push(utf8.flush()) + stops.flush(), listener);
    }
  }

  /** Whether the answer may not end yet. */
  private boolean early() {
    return length - promptTokens < options.minTokens();
  }

  private int choose(float[] logits) {
    Arrays.fill(logits, session.tokens(), logits.length, Float.NEGATIVE_INFINITY); // no tokens
    for (int suppressed : session.tokenizer().suppressed()) {
      logits[suppressed] = Float.NEGATIVE_INFINITY;
    }
    if (early()) {
      for (int id = 0; id < session.tokens(); id++) {
        logits[id] = ends(id) ? Float.NEGATIVE_INFINITY : logits[id];
      }
    }
    return sampler.sample(logits, session.sequence(), length);
  }

  private void accept(int token, TokenListener listener) {
    if (!options.ignoreEnd() && ends(token)) {
      finish = FinishReason.STOP;
      emit(stops.push(utf8.flush()) + stops.flush(), listener);
      return;
    }
    boolean full = length == session.contextLength();
    if (!full) {
      session.sequence()[length++] = token;
      if (scores.wanted()) {
        scores.tell(token, certain ? null : sampler, shown(token), listener);
      }
    }
    boolean goOn = full || emit(token, listener);
    if (stops.stopped()) {
      finish = FinishReason.STOP;
    } else if (!goOn) {
      finish = FinishReason.LISTENER;
    } else if (full || length - begun >= options.maxTokens()) {
      finish = FinishReason.LENGTH;
      emit(stops.push(utf8.flush()) + stops.flush(), listener);
    }
  }

  private boolean shown(int token) {
    return options.marks().contains(token) || session.tokenizer().bytes(token, false).length > 0;
  }

  private boolean ends(int token) {
    return session.tokenizer().isEndOfGeneration(token) || options.ends().contains(token);
  }

  private boolean emit(int token, TokenListener listener) {
    if (!options.marks().contains(token)) {
      return emit(stops.push(utf8.push(session.tokenizer().bytes(token, false))), listener);
    }
    boolean goOn = emit(stops.push(utf8.flush()), listener);
    return stops.stopped() || (emit(stops.flush(), listener) && goOn && listener.onMark(token));
  }

  private boolean emit(String piece, TokenListener listener) {
    if (piece.isEmpty()) {
      return true;
    }
    text.append(piece);
    return listener.onText(piece);
  }

  /**
   * Whether the prompt's last token is to be fed apart from those before it: then there is a step
   * after which the cache holds what other answers to the prompt can begin with.
   */
  public void keepLastApart(boolean apart) {
    lastApart = apart;
  }

  /** Whether the cache holds the prompt but for its last token, or more. */
  public boolean promptComputed() {
    return session.pending(begun) <= 1;
  }

  /** Tokens of the prompt. */
  public int promptTokens() {
    return promptTokens;
  }

  /** Tokens of prompt and answer that have been fed. */
  public int fed() {
    return session.fed();
  }

  /**
   * What has been generated.
   *
   * @throws IllegalStateException while there is more to do
   */
  public GenerationResult result() {
    if (finish == null) {
      throw new IllegalStateException("the generation has not ended");
    }
    return new GenerationResult(
        text.toString(),
        Arrays.copyOfRange(session.sequence(), begun, length),
        finish,
        promptTokens,
        reused,
        Math.max(0, prefilled - started),
        Math.max(0, firstToken - started),
        lastToken - firstToken,
        speculation.proposals());
  }
}
