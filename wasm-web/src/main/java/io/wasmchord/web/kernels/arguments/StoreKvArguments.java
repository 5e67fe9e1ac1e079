package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of writes to a cache. A unit is one kv head of one token.
 *
 * @param newKeys the tokens' keys
 * @param newValues the tokens' values
 * @param keys the layer's keys
 * @param values the layer's values
 * @param position of the first token
 * @param kvHeads heads of keys and values
 * @param keyDim floats in a key
 * @param valueDim floats in a value, a multiple of 4
 * @param capacity positions that the layer has room for, a multiple of 16
 */
public record StoreKvArguments(
    Region newKeys,
    Region newValues,
    Region keys,
    Region values,
    int position,
    int kvHeads,
    int keyDim,
    int valueDim,
    int capacity) {
  public static final ArgumentLayout<StoreKvArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<StoreKvArguments> NEW_KEYS =
      LAYOUT.reads(
          StoreKvArguments::newKeys,
          (a, units) -> ArgumentLayout.each(a.newKeys, units, 4L * a.keyDim));
  public static final Argument.Address<StoreKvArguments> NEW_VALUES =
      LAYOUT.reads(
          StoreKvArguments::newValues,
          (a, units) -> ArgumentLayout.each(a.newValues, units, 4L * a.valueDim));
  public static final Argument.Address<StoreKvArguments> KEYS =
      LAYOUT.updates(StoreKvArguments::keys, StoreKvArguments::heads);
  public static final Argument.Address<StoreKvArguments> VALUES =
      LAYOUT.updates(StoreKvArguments::values, StoreKvArguments::heads);
  public static final Argument.Number<StoreKvArguments> POSITION =
      LAYOUT.number(StoreKvArguments::position);
  public static final Argument.Number<StoreKvArguments> KV_HEADS =
      LAYOUT.number(StoreKvArguments::kvHeads);
  public static final Argument.Number<StoreKvArguments> KEY_DIM =
      LAYOUT.number(StoreKvArguments::keyDim);
  public static final Argument.Number<StoreKvArguments> VALUE_DIM =
      LAYOUT.number(StoreKvArguments::valueDim);
  public static final Argument.Number<StoreKvArguments> CAPACITY =
      LAYOUT.number(StoreKvArguments::capacity);

  /** Of one token, each unit has a head. */
  private static int heads(StoreKvArguments a, int units) {
    return units == a.kvHeads ? units : 1;
  }
}
