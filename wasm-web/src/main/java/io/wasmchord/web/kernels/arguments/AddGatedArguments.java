package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding rows, each times the sigmoid of its logit. A unit is a row.
 *
 * @param x the rows that are added to
 * @param y the rows that are added
 * @param logits a logit for each row
 * @param size values in a row
 */
public record AddGatedArguments(Region x, Region y, Region logits, int size) {
  public static final ArgumentLayout<AddGatedArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<AddGatedArguments> X = LAYOUT.updates(AddGatedArguments::x);
  public static final Argument.Address<AddGatedArguments> Y = LAYOUT.reads(AddGatedArguments::y);
  public static final Argument.Address<AddGatedArguments> LOGITS =
      LAYOUT.reads(AddGatedArguments::logits);
  public static final Argument.Number<AddGatedArguments> SIZE =
      LAYOUT.number(AddGatedArguments::size);
}
