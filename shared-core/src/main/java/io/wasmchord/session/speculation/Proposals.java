package io.wasmchord.session.speculation;

/**
 * What became of the tokens that were proposed for an answer.
 *
 * @param drafted how many the model has looked at
 * @param accepted how many of them the answer has
 */
public record Proposals(int drafted, int accepted) {
  /** There were none. */
  public static final Proposals NONE = new Proposals(0, 0);

  /** How many the answer does not have. */
  public int rejected() {
    return drafted - accepted;
  }

  /** Both together. */
  public Proposals plus(Proposals other) {
    return new Proposals(drafted + other.drafted, accepted + other.accepted);
  }
}
