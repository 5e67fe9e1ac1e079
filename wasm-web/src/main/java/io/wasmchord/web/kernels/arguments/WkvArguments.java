package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of RWKV's time mix. A unit is some columns of a head's matrix, for all rows.
 *
 * @param r what is asked for
 * @param w the decays
 * @param k the keys
 * @param v the values
 * @param a what is taken out; not read by the kernel of RWKV 6
 * @param b where that is put back; likewise
 * @param state the heads' matrices
 * @param out the results
 * @param headDim rows and columns of a matrix
 * @param width values in a row of operands
 * @param rows rows of operands
 * @param position of the first row
 */
public record WkvArguments(
    Region r,
    Region w,
    Region k,
    Region v,
    Region a,
    Region b,
    Region state,
    Region out,
    int headDim,
    int width,
    int rows,
    int position) {
  public static final ArgumentLayout<WkvArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<WkvArguments> R = LAYOUT.reads(WkvArguments::r);
  public static final Argument.Address<WkvArguments> W = LAYOUT.reads(WkvArguments::w);
  public static final Argument.Address<WkvArguments> K = LAYOUT.reads(WkvArguments::k);
  public static final Argument.Address<WkvArguments> V = LAYOUT.reads(WkvArguments::v);
  public static final Argument.Address<WkvArguments> A = LAYOUT.reads(WkvArguments::a);
  public static final Argument.Address<WkvArguments> B = LAYOUT.reads(WkvArguments::b);
  public static final Argument.Address<WkvArguments> STATE = LAYOUT.updates(WkvArguments::state);
  public static final Argument.Address<WkvArguments> OUT = LAYOUT.writes(WkvArguments::out);
  public static final Argument.Number<WkvArguments> HEAD_DIM = LAYOUT.number(WkvArguments::headDim);
  public static final Argument.Number<WkvArguments> WIDTH = LAYOUT.number(WkvArguments::width);
  public static final Argument.Number<WkvArguments> ROWS = LAYOUT.number(WkvArguments::rows);
  public static final Argument.Number<WkvArguments> POSITION =
      LAYOUT.number(WkvArguments::position);
}
