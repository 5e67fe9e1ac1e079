package io.wasmchord.web.kernels.arguments;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.web.memory.Region;

/**
 * Of interleaving one matrix of each chosen expert that is not interleaved. A unit is a group of
 * rows of a slot.
 *
 * @param slots the chosen experts
 * @param matrices addresses of the matrices
 * @param rowBytes bytes of a row
 * @param layout of a block
 * @param fullGroups row groups of a matrix that are whole
 * @param groups row groups of a matrix
 * @param kernel the place of the kernel that interleaves
 */
public record ExpertRepackArguments(
    Region slots,
    Region matrices,
    int rowBytes,
    BlockLayout layout,
    int fullGroups,
    int groups,
    int kernel) {
  public static final ArgumentLayout<ExpertRepackArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertRepackArguments> SLOTS =
      LAYOUT.reads(ExpertRepackArguments::slots);

  public static final Argument.Address<ExpertRepackArguments> MATRICES =
      LAYOUT.updates(ExpertRepackArguments::matrices);

  public static final Argument.Number<ExpertRepackArguments> ROW_BYTES =
      LAYOUT.number(ExpertRepackArguments::rowBytes);

  public static final Argument.Number<ExpertRepackArguments> BLOCK_BYTES =
      LAYOUT.number(a -> a.layout.blockBytes());

  public static final Argument.Number<ExpertRepackArguments> HALVES_AT =
      LAYOUT.number(a -> a.layout.halvesAt());

  public static final Argument.Number<ExpertRepackArguments> HALVES =
      LAYOUT.number(a -> a.layout.halves());

  public static final Argument.Number<ExpertRepackArguments> OCTETS_AT =
      LAYOUT.number(a -> a.layout.octetsAt());

  public static final Argument.Number<ExpertRepackArguments> OCTETS =
      LAYOUT.number(a -> a.layout.octets());

  public static final Argument.Number<ExpertRepackArguments> WORDS_AT =
      LAYOUT.number(a -> a.layout.wordsAt());

  public static final Argument.Number<ExpertRepackArguments> WORDS =
      LAYOUT.number(a -> a.layout.words());

  public static final Argument.Number<ExpertRepackArguments> FULL_GROUPS =
      LAYOUT.number(ExpertRepackArguments::fullGroups);

  public static final Argument.Number<ExpertRepackArguments> GROUPS =
      LAYOUT.number(ExpertRepackArguments::groups);

  public static final Argument.Number<ExpertRepackArguments> KERNEL =
      LAYOUT.number(ExpertRepackArguments::kernel);
}
