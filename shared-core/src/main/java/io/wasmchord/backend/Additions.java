package io.wasmchord.backend;

import java.util.List;

/**
 * Records what is added to that which weights give, where a model records a use of them. What it
 * records itself is not added to again.
 */
public interface Additions {
  /** Adds nothing. */
  Additions NONE =
      new Additions() {
        @Override
        public void toProduct(Commands c, Tensor x, Tensor weight, Tensor out) {}

        @Override
        public void toEmbedding(Commands c, int[] tokens, Tensor out) {}

        @Override
        public List<ExpertAddition> toExperts(Command.Experts mixture) {
          return List.of();
        }
      };

  /**
   * After the product of a weight.
   *
   * @param out {@code x * weight^T}, times the weight's factor
   */
  void toProduct(Commands c, Tensor x, Tensor weight, Tensor out);

  /**
   * After the lookup of tokens.
   *
   * @param out their rows of the token embedding
   */
  void toEmbedding(Commands c, int[] tokens, Tensor out);

  /** What is added to the products of a mixture's experts, in this order. */
  List<ExpertAddition> toExperts(Command.Experts mixture);
}
