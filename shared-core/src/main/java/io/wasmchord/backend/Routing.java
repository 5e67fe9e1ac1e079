package io.wasmchord.backend;

/**
 * How the rows of a mixture choose their experts, and what weighs them; {@link ExpertRouting} is
 * its meaning. A row has a score for each expert. It goes through those with the largest, of equals
 * the first.
 *
 * @param used how many experts a row goes through
 * @param gating how a router's logits become scores and weights
 * @param groups of experts, of which only some are chosen from
 * @param normalized whether the chosen experts' weights are divided by their sum
 * @param scale multiplies the weights
 * @param weighs what the weights multiply
 */
public record Routing(
    int used, Gating gating, Groups groups, boolean normalized, float scale, Weighs weighs) {

  /** How logits become scores and weights. */
  public enum Gating {
    /** Scores and weights are the softmax of all logits. */
    SOFTMAX,
    /** Scores and weights are the sigmoids of the logits. */
    SIGMOID,
    /** Scores are the logits; weights are the softmax of those that are chosen. */
    SOFTMAX_OF_CHOSEN,
    /** Scores are the logits; weights are the sigmoids of those that are chosen. */
    SIGMOID_OF_CHOSEN
  }

  /** What weights multiply. */
  public enum Weighs {
    /** What experts give. */
    RESULT,
    /** What experts are given. */
    INPUT
  }

  /**
   * Runs of experts of one length. A group's score is the sum of its two largest; experts are
   * chosen from the groups with the largest scores, of equals the first.
   *
   * @param count 1 where all experts are one group
   * @param used how many groups are chosen from
   */
  public record Groups(int count, int used) {
    public static final Groups ONE = new Groups(1, 1);
  }

  /** Scores by softmax, without groups. */
  public static Routing softmax(int used, boolean normalized) {
    return new Routing(used, Gating.SOFTMAX, Groups.ONE, normalized, 1f, Weighs.RESULT);
  }

  /** The same choice with weights multiplied by {@code factor}. */
  public Routing scaled(float factor) {
    return new Routing(used, gating, groups, normalized, scale * factor, weighs);
  }

  /** Why experts cannot be chosen so of {@code experts}, or an empty text. */
  String refusal(int experts) {
    if (used <= 0 || used > experts) {
      return used + " of " + experts;
    }
    int n = groups.count;
    if (n < 1 || groups.used < 1 || groups.used > n || experts % n != 0) {
      return experts + " in " + n + " groups, of which " + groups.used;
    }
    if (n > 1 && (experts / n < 2 || experts / n * groups.used < used)) {
      return used + " of " + groups.used + " groups of " + experts / n;
    }
    return "";
  }
}
