package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of the scan of a selective state space model. A unit is some channels of a head, for all rows.
 *
 * @param x the values, from the first column on
 * @param dt the steps
 * @param a the rates
 * @param b what comes in, from the first column on
 * @param c what goes out, likewise
 * @param d what goes past
 * @param state the channels' values
 * @param out the results
 * @param valueStride values from one row to the next
 * @param inStride likewise, of {@code b}
 * @param outStride likewise, of {@code c}
 * @param channels columns of the results
 * @param heads steps of a row
 * @param headDim channels that lie together
 * @param size values of a channel
 * @param share neighbouring heads that share a group
 * @param rows rows of values
 * @param position of the first row
 */
public record SsmScanArguments(
    Region x,
    Region dt,
    Region a,
    Region b,
    Region c,
    Region d,
    Region state,
    Region out,
    int valueStride,
    int inStride,
    int outStride,
    int channels,
    int heads,
    int headDim,
    int size,
    int share,
    int rows,
    int position) {
  public static final ArgumentLayout<SsmScanArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<SsmScanArguments> X = LAYOUT.reads(SsmScanArguments::x);
  public static final Argument.Address<SsmScanArguments> DT = LAYOUT.reads(SsmScanArguments::dt);
  public static final Argument.Address<SsmScanArguments> A = LAYOUT.reads(SsmScanArguments::a);
  public static final Argument.Address<SsmScanArguments> B = LAYOUT.reads(SsmScanArguments::b);
  public static final Argument.Address<SsmScanArguments> C = LAYOUT.reads(SsmScanArguments::c);
  public static final Argument.Address<SsmScanArguments> D = LAYOUT.reads(SsmScanArguments::d);
  public static final Argument.Address<SsmScanArguments> STATE =
      LAYOUT.updates(SsmScanArguments::state);
  public static final Argument.Address<SsmScanArguments> OUT = LAYOUT.writes(SsmScanArguments::out);
  public static final Argument.Number<SsmScanArguments> VALUE_STRIDE =
      LAYOUT.number(SsmScanArguments::valueStride);
  public static final Argument.Number<SsmScanArguments> IN_STRIDE =
      LAYOUT.number(SsmScanArguments::inStride);
  public static final Argument.Number<SsmScanArguments> OUT_STRIDE =
      LAYOUT.number(SsmScanArguments::outStride);
  public static final Argument.Number<SsmScanArguments> CHANNELS =
      LAYOUT.number(SsmScanArguments::channels);
  public static final Argument.Number<SsmScanArguments> HEADS =
      LAYOUT.number(SsmScanArguments::heads);
  public static final Argument.Number<SsmScanArguments> HEAD_DIM =
      LAYOUT.number(SsmScanArguments::headDim);
  public static final Argument.Number<SsmScanArguments> SIZE =
      LAYOUT.number(SsmScanArguments::size);
  public static final Argument.Number<SsmScanArguments> SHARE =
      LAYOUT.number(SsmScanArguments::share);
  public static final Argument.Number<SsmScanArguments> ROWS =
      LAYOUT.number(SsmScanArguments::rows);
  public static final Argument.Number<SsmScanArguments> POSITION =
      LAYOUT.number(SsmScanArguments::position);
}
