package io.wasmchord.web.kernels.arguments;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.web.memory.Region;

/**
 * Of interleaving a weight's rows. A unit is a group of rows.
 *
 * @param weight the rows
 * @param rowBytes bytes of a row
 * @param layout of a block
 */
public record RepackArguments(Region weight, int rowBytes, BlockLayout layout) {
  public static final ArgumentLayout<RepackArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<RepackArguments> WEIGHT =
      LAYOUT.updates(RepackArguments::weight);
  public static final Argument.Number<RepackArguments> ROW_BYTES =
      LAYOUT.number(RepackArguments::rowBytes);
  public static final Argument.Number<RepackArguments> BLOCK_BYTES =
      LAYOUT.number(a -> a.layout.blockBytes());
  public static final Argument.Number<RepackArguments> HALVES_AT =
      LAYOUT.number(a -> a.layout.halvesAt());
  public static final Argument.Number<RepackArguments> HALVES =
      LAYOUT.number(a -> a.layout.halves());
  public static final Argument.Number<RepackArguments> OCTETS_AT =
      LAYOUT.number(a -> a.layout.octetsAt());
  public static final Argument.Number<RepackArguments> OCTETS =
      LAYOUT.number(a -> a.layout.octets());
  public static final Argument.Number<RepackArguments> WORDS_AT =
      LAYOUT.number(a -> a.layout.wordsAt());
  public static final Argument.Number<RepackArguments> WORDS = LAYOUT.number(a -> a.layout.words());
}
