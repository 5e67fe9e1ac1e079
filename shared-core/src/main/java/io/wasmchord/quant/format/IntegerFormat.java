package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * A weight that is computed with as integers, decoder and product alike: a block's bytes become an
 * {@link UnpackedBlock}, the activations an {@link ActivationRows}, and a block adds to an output
 * element an exact integer sum and then a few float operations in a fixed order. Which ones, the
 * five kinds say; {@code docs/arithmetic.md} has them as formulas.
 */
public abstract sealed class IntegerFormat extends WeightFormat
    permits PlainFormat, OffsetFormat, ScaledFormat, MinimumFormat, PartedFormat {
  private final Partner partner;
  private final int group;
  private final Range quants;

  /**
   * @param values in a block: one of the partner's blocks or several
   * @param group values that share an integer scale, or a block's number of values
   */
  IntegerFormat(
      String name, int id, Partner partner, int values, int group, Range quants, Field... fields) {
    super(name, id, values, fields);
    this.partner = partner;
    this.group = group;
    this.quants = quants;
  }

  @Override
  public final Partner partner() {
    return partner;
  }

  /** Values that share an integer scale; all values of a block where there are no such scales. */
  public final int group() {
    return group;
  }

  /** The integers that a block's values are, and what is taken off them as they are stored. */
  public final Range quants() {
    return quants;
  }

  /** Whether groups have integer scales. */
  public final boolean scaled() {
    return group < values();
  }

  /** Whether minimums or an offset are part of a block's term. */
  public abstract boolean lowered();

  /** Unpacks the block at {@code src[at]}. */
  public abstract void unpack(byte[] src, int at, UnpackedBlock out);

  /**
   * An output element after one more block: {@code acc} plus the block's terms, one after the
   * other.
   *
   * @param row of activations
   * @param block number of the block in its row
   */
  public abstract float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block);

  /** Writes the block's values to {@code dst[to]} on. */
  abstract void values(UnpackedBlock w, float[] dst, int to);

  @Override
  public final Optional<BlockDecoder> decoder() {
    UnpackedBlock block = new UnpackedBlock();
    return Optional.of((src, at, dst, to) -> {
      unpack(src, at, block);
      values(block, dst, to);
    });
  }

  static int dot(byte[] w, int wAt, byte[] x, int xAt, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += w[wAt + i] * x[xAt + i];
    }
    return sum;
  }

  /** {@code S = sum over groups of scale * sum(q * a)}, the activations' from {@code at} on. */
  static int scaledSum(UnpackedBlock w, ActivationRows x, int at, int values, int group) {
    int sum = 0;
    for (int g = 0; g * group < values; g++) {
      sum += w.scale()[g] * dot(w.q(), g * group, x.q(), at + g * group, group);
    }
    return sum;
  }
}
