package io.wasmchord.quant.format;

/** A format of weights that can be computed with: matrix products and embeddings. */
public abstract sealed class WeightFormat extends BlockFormat permits FloatFormat, IntegerFormat {
  WeightFormat(String name, int id, int values, Field... fields) {
    super(name, id, values, fields);
  }

  /**
   * The same format, for those that know it to be a weight's.
   *
   * @throws IllegalArgumentException when it is not; a backend's {@code supports} says so first
   */
  public static WeightFormat of(BlockFormat format) {
    if (format instanceof WeightFormat weight) {
      return weight;
    }
    throw new IllegalArgumentException(format + " is not computed with");
  }

  /** What activations are rounded to before they meet this weight. */
  public abstract Partner partner();
}
