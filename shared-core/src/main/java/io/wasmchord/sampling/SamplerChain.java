package io.wasmchord.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses tokens, stage after stage: a constraint's mask, penalties, top-k, top-p, min-p,
 * temperature, then a draw, of which the constraint hears. This is the order of llama.cpp's default
 * chain. All arithmetic is our own, so a seed gives the same choice on every platform.
 */
public final class SamplerChain {
  private final Constraint constraint;
  private final List<Stage> stages;
  private final Choice choice;

  /**
   * One stage: it changes logits or leaves candidates out.
   *
   * <p>Stages are asked in their order, so each sees what those before it have left.
   */
  @FunctionalInterface
  interface Stage {
    /**
     * @param history all tokens so far
     * @param count how many of {@code history} are filled
     */
    void apply(Candidates candidates, int[] history, int count);
  }

  /** What takes one of the candidates that are left. */
  @FunctionalInterface
  interface Choice {
    int choose(Candidates candidates);
  }

  SamplerChain(Constraint constraint, List<Stage> stages, Choice choice) {
    this.constraint = constraint;
    this.stages = List.copyOf(stages);
    this.choice = choice;
  }

  /** The chain that {@code options} describe. */
  public static SamplerChain of(SamplerOptions options) {
    return of(options, Constraint.NONE);
  }

  /** The same for tokens that {@code constraint} allows. */
  public static SamplerChain of(SamplerOptions options, Constraint constraint) {
    List<Stage> stages = new ArrayList<>();
    if (options.penalizes()) {
      stages.add(new Penalties(options));
    }
    if (options.temperature() == 0f) {
      return new SamplerChain(constraint, stages, Candidates::best);
    }
    stages.add(Stages.topK(options.topK()));
    stages.add(Stages.topP(options.topP()));
    stages.add(Stages.minP(options.minP()));
    stages.add(Stages.temperature(options.temperature()));
    return new SamplerChain(constraint, stages, new Draw(options.seed()));
  }

  /**
   * The next token. Among equal logits the lowest id counts as the most likely.
   *
   * @param logits one a token; changed by the constraint and the penalties. Minus infinity means
   *     never
   * @param history all tokens so far, of which the penalties look at the last
   * @param count how many of {@code history} are filled; also the position, for messages
   * @throws io.wasmchord.errors.GenerationException when a logit is NaN or plus infinity, all are
   *     minus infinity, or the constraint allows none
   */
  public int sample(float[] logits, int[] history, int count) {
    Logits.check(logits, count);
    constraint.mask(logits);
    Logits.checkAllowed(logits, count);
    Candidates candidates = new Candidates(logits);
    for (Stage stage : stages) {
      stage.apply(candidates, history, count);
    }
    int token = choice.choose(candidates);
    constraint.accept(token);
    return token;
  }
}
