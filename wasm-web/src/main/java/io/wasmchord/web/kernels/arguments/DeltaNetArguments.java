package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a gated delta net. A unit is some columns of a head's matrix, for all rows.
 *
 * @param q the queries, from the first column on
 * @param k the keys, likewise
 * @param v the values, likewise
 * @param decay the decays
 * @param beta the betas
 * @param state the heads' matrices
 * @param out the results
 * @param queryStride values from one row to the next
 * @param keyStride likewise
 * @param valueStride likewise
 * @param keyDim rows of a matrix
 * @param valueDim columns of a matrix
 * @param heads matrices
 * @param share neighbouring heads that share a key
 * @param keyHeads keys of a row
 * @param decays a head's decays, 1 or those of each row of the matrix
 * @param rows rows of values
 * @param position of the first row
 * @param scale multiplies the results
 */
public record DeltaNetArguments(
    Region q,
    Region k,
    Region v,
    Region decay,
    Region beta,
    Region state,
    Region out,
    int queryStride,
    int keyStride,
    int valueStride,
    int keyDim,
    int valueDim,
    int heads,
    int share,
    int keyHeads,
    int decays,
    int rows,
    int position,
    float scale) {
  public static final ArgumentLayout<DeltaNetArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<DeltaNetArguments> Q = LAYOUT.reads(DeltaNetArguments::q);
  public static final Argument.Address<DeltaNetArguments> K = LAYOUT.reads(DeltaNetArguments::k);
  public static final Argument.Address<DeltaNetArguments> V = LAYOUT.reads(DeltaNetArguments::v);
  public static final Argument.Address<DeltaNetArguments> DECAY =
      LAYOUT.reads(DeltaNetArguments::decay);
  public static final Argument.Address<DeltaNetArguments> BETA =
      LAYOUT.reads(DeltaNetArguments::beta);
  public static final Argument.Address<DeltaNetArguments> STATE =
      LAYOUT.updates(DeltaNetArguments::state);
  public static final Argument.Address<DeltaNetArguments> OUT =
      LAYOUT.writes(DeltaNetArguments::out);
  public static final Argument.Number<DeltaNetArguments> QUERY_STRIDE =
      LAYOUT.number(DeltaNetArguments::queryStride);
  public static final Argument.Number<DeltaNetArguments> KEY_STRIDE =
      LAYOUT.number(DeltaNetArguments::keyStride);
  public static final Argument.Number<DeltaNetArguments> VALUE_STRIDE =
      LAYOUT.number(DeltaNetArguments::valueStride);
  public static final Argument.Number<DeltaNetArguments> KEY_DIM =
      LAYOUT.number(DeltaNetArguments::keyDim);
  public static final Argument.Number<DeltaNetArguments> VALUE_DIM =
      LAYOUT.number(DeltaNetArguments::valueDim);
  public static final Argument.Number<DeltaNetArguments> HEADS =
      LAYOUT.number(DeltaNetArguments::heads);
  public static final Argument.Number<DeltaNetArguments> SHARE =
      LAYOUT.number(DeltaNetArguments::share);
  public static final Argument.Number<DeltaNetArguments> KEY_HEADS =
      LAYOUT.number(DeltaNetArguments::keyHeads);
  public static final Argument.Number<DeltaNetArguments> DECAYS =
      LAYOUT.number(DeltaNetArguments::decays);
  public static final Argument.Number<DeltaNetArguments> ROWS =
      LAYOUT.number(DeltaNetArguments::rows);
  public static final Argument.Number<DeltaNetArguments> POSITION =
      LAYOUT.number(DeltaNetArguments::position);
  public static final Argument.Real<DeltaNetArguments> SCALE =
      LAYOUT.real(DeltaNetArguments::scale);
}
