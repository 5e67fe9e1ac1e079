package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.Constraint;
import io.wasmchord.sampling.SamplerChain;
import io.wasmchord.session.speculation.Speculation;
import io.wasmchord.tokenizer.Utf8Stream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the making. Each {@link #step} computes one batch of the prompt or one token, so
 * that a host with an event loop can look around between them.
 */
public final class Generation {
  private final Session session;
  private final GenerationOptions options;
  private final @Nullable ConstraintState constraint;
  private final SamplerChain sampler;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StopFilter stops;
  private final StringBuilder text = new StringBuilder();
  private final Speculation speculation;
  private final int promptTokens;
  private final int reused;
  private final int begun; // tokens of the sequence before the answer
  private final long started;
  private int length; // tokens of the sequence, the answer's included
  private boolean lastApart; // whether the prompt's last token is a batch of its own
  private long prefilled;
  private long firstToken;
  private long lastToken;
  private @Nullable FinishReason finish;

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
    this.stops = new StopFilter(options.stops());
    this.speculation = session.drafting().start(options.speculation(), begun);
    this.promptTokens = promptTokens;
    this.reused = reused;
    this.begun = begun;
    this.length = begun;
    this.started = session.clock().nanos();
  }

  /**
   * Computes one batch of the prompt, one layer of an encoder or one token.
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
    if (options.maxTokens() == 0) {
      finish = FinishReason.LENGTH;
    }
    if (finish != null || session.encode(control)) {
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

  /** What a step feeds, at most so many tokens; whoever feeds it calls {@link #take}. */
  Model.Feed feed(int most) {
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
    if (feed.wanted() == Model.Wanted.NONE) {
      session.noteFed(feed.tokens().length);
      return true;
    }
    notePrefilled();
    return feed.wanted() == Model.Wanted.ALL
        ? takeProposed(logits, listener)
        : goOn(choose(logits), listener);
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

  private boolean take(Model.Feed feed, Model.Best best, TokenListener listener) {
    speculation.fed(feed);
    notePrefilled();
    return goOn(best.logits().length == 0 ? best.id() : choose(best.logits()), listener);
  }

  private void notePrefilled() {
    prefilled = length == begun ? session.clock().nanos() : prefilled;
  }

  /** Where no token could be chosen, nothing counts as fed: the next step tries again. */
  private boolean goOn(int token, TokenListener listener) {
    session.noteFed(session.pending(length));
    lastToken = session.clock().nanos();
    firstToken = length == begun ? lastToken : firstToken;
    accept(token, listener);
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
    for (int token : ForcedTokens.of(state, session.tokenizer())) {
      if (finish == null) {
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
