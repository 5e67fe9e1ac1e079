package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of copying runs of values of heads. A unit is a head of a token.
 *
 * @param x the rows that are copied from
 * @param out the rows that are copied to
 * @param offset bytes before the first run that is copied
 * @param outOffset bytes before the first copy
 * @param token bytes from a token's run to the next one's
 * @param head bytes from a head's run to the next one's
 * @param outToken bytes from a token's copy to the next one's
 * @param outHead bytes from a head's copy to the next one's
 * @param heads heads of a token
 * @param bytes of a run
 */
public record CopyHeadsArguments(
    Region x,
    Region out,
    int offset,
    int outOffset,
    int token,
    int head,
    int outToken,
    int outHead,
    int heads,
    int bytes) {
  public static final ArgumentLayout<CopyHeadsArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<CopyHeadsArguments> X = LAYOUT.reads(CopyHeadsArguments::x);

  public static final Argument.Address<CopyHeadsArguments> OUT =
      LAYOUT.updates(CopyHeadsArguments::out);

  public static final Argument.Number<CopyHeadsArguments> OFFSET =
      LAYOUT.number(CopyHeadsArguments::offset);

  public static final Argument.Number<CopyHeadsArguments> OUT_OFFSET =
      LAYOUT.number(CopyHeadsArguments::outOffset);

  public static final Argument.Number<CopyHeadsArguments> TOKEN =
      LAYOUT.number(CopyHeadsArguments::token);

  public static final Argument.Number<CopyHeadsArguments> HEAD =
      LAYOUT.number(CopyHeadsArguments::head);

  public static final Argument.Number<CopyHeadsArguments> OUT_TOKEN =
      LAYOUT.number(CopyHeadsArguments::outToken);

  public static final Argument.Number<CopyHeadsArguments> OUT_HEAD =
      LAYOUT.number(CopyHeadsArguments::outHead);

  public static final Argument.Number<CopyHeadsArguments> HEADS =
      LAYOUT.number(CopyHeadsArguments::heads);

  public static final Argument.Number<CopyHeadsArguments> BYTES =
      LAYOUT.number(CopyHeadsArguments::bytes);
}
