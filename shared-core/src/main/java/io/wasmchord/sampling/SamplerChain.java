package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidSessionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses tokens, stage after stage: a constraint's mask, what is added to logits, the samplers in
 * their order, then a draw, of which the constraint hears. All arithmetic is our own, so a seed
 * gives the same choice on every platform.
 */
public final class SamplerChain {
  private static final Choice BEST = Candidates::best;

  private final Constraint constraint;
  private final Biases biases;
  private final List<Stage> stages;
  private final Choice choice;
  private @Nullable Candidates left; // of the last choice

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

    /** Saves or restores what it keeps from token to token. */
    default void pass(SamplerState words) {}
  }

  /** What takes one of the candidates that are left. */
  @FunctionalInterface
  interface Choice {
    int choose(Candidates candidates);

    /** Saves or restores what it keeps from token to token. */
    default void pass(SamplerState words) {}
  }

  SamplerChain(Constraint constraint, Biases biases, List<Stage> stages, Choice choice) {
    this.constraint = constraint;
    this.biases = biases;
    this.stages = List.copyOf(stages);
    this.choice = choice;
  }

  /**
   * The chain that {@code options} describe, for tokens that {@code constraint} allows.
   *
   * @param texts tells what texts in the options mean
   */
  public static SamplerChain of(SamplerOptions options, Constraint constraint, SamplerTexts texts) {
    List<Stage> stages = new ArrayList<>();
    boolean allTheSame = options.takesTheBest() && !options.mayCutTheBest();
    for (SamplerName name : options.samplers()) {
      boolean cuts = name != SamplerName.PENALTIES && name != SamplerName.DRY;
      boolean replaced = options.mirostat().active() && cuts && name != SamplerName.TEMPERATURE;
      if (!(cuts && allTheSame) && !replaced) {
        stages.add(stage(name, options, texts));
      }
    }
    return new SamplerChain(constraint, new Biases(options.bias(), texts), stages, choice(options));
  }

  /** What is kept from token to token, beside the history: random numbers, what was learned. */
  public long[] state() {
    SamplerState saving = SamplerState.saving();
    pass(saving);
    return saving.words();
  }

  /**
   * Goes on where a chain with the same options was at its {@link #state}.
   *
   * @throws InvalidSessionException when it had other options
   */
  public void restore(long[] state) {
    SamplerState restoring = SamplerState.restoring(state);
    pass(restoring);
    if (!restoring.whole()) {
      throw new InvalidSessionException(
          "the journal of an answer is of a request with other samplers; go on with the same"
              + " options");
    }
  }

  private void pass(SamplerState words) {
    stages.forEach(stage -> stage.pass(words));
    choice.pass(words);
  }

  private static Stage stage(SamplerName name, SamplerOptions options, SamplerTexts texts) {
    CutOptions cuts = options.cuts();
    return switch (name) {
      case PENALTIES -> new Penalties(options.penalties());
      case DRY ->
          options.dry().active()
              ? new Dry(options.dry(), texts.breakers(options.dry().breakers()))
              : (candidates, history, count) -> {};
      case TOP_N_SIGMA -> Stages.topNSigma(cuts.topNSigma());
      case TOP_K -> Stages.topK(cuts.topK());
      case TYPICAL_P -> Stages.typicalP(cuts.typicalP());
      case TOP_P -> Stages.topP(cuts.topP());
      case MIN_P -> Stages.minP(cuts.minP());
      case XTC -> new Xtc(options.xtc(), options.seed());
      case TEMPERATURE -> Stages.temperature(options.temperature());
    };
  }

  private static Choice choice(SamplerOptions options) {
    if (options.takesTheBest()) {
      return BEST;
    }
    if (options.mirostat().active()) {
      return new Mirostat(options.mirostat(), options.seed());
    }
    return options.adaptive().active()
        ? new Adaptive(options.adaptive(), options.seed())
        : new Draw(options.seed());
  }

  /**
   * The next token. Among equal logits the lowest id counts as the most likely.
   *
   * @param logits one a token; changed by the constraint and the samplers. Minus infinity means
   *     never
   * @param history all tokens so far, of which the penalties look at the last
   * @param count how many of {@code history} are filled; also the position, for messages
   * @throws io.wasmchord.errors.GenerationException when a logit is NaN or plus infinity, all are
   *     minus infinity, or what the request allows is none
   */
  public int sample(float[] logits, int[] history, int count) {
    Logits.check(logits, count);
    constraint.mask(logits);
    biases.apply(logits);
    Logits.checkAllowed(logits, count);
    Candidates candidates = new Candidates(logits);
    for (Stage stage : stages) {
      stage.apply(candidates, history, count);
    }
    int token = choice.choose(candidates);
    constraint.accept(token);
    left = candidates;
    return token;
  }

  /**
   * The tokens that the last choice was between, the most likely first, equal ones by their ids;
   * where the most likely one is always taken, that alone.
   *
   * @param token that was chosen; it comes last again if it is not among the first
   * @param most how many are named, the chosen one not counted
   */
  public List<Likely> left(int token, int most) {
    if (left == null || choice == BEST) {
      return List.of(new Likely(token, 0), new Likely(token, 0)).subList(most == 0 ? 1 : 0, 2);
    }
    return left.likely(token, most);
  }
}
