package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.PlainFormat;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.wgsl.formats.BlockText;

/** The float operations that make a block's term of its integer sums. */
final class Term {
  private Term() {}

  /**
   * The expression of a term, which {@code at} (the weight's block), {@code da}, {@code s} (the
   * second scale), {@code sum} and {@code minima} are in reach of.
   */
  static String of(IntegerFormat format) {
    return switch (format) {
      case PlainFormat f -> "mul(mul(d$(at, 0u), da), convert(sum))";
      case OffsetFormat f -> "add(mul(mul(d$(at, 0u), da), convert(sum)), mul(offset$(at), s))";
      case ScaledFormat f -> "mul(da, mul(d$(at, 0u), convert(sum)))";
      case MinimumFormat f ->
          "mul(da, sub(mul(d$(at, 0u), convert(sum)), mul(offset$(at), convert(minima))))";
      case PartedFormat f -> "mul(mul(d$(at, part), da), convert(sum))";
    };
  }

  /** Terms that a unit of 32 values makes where no block is summed as integers. */
  static int ofUnit(IntegerFormat format) {
    return format instanceof PartedFormat parted ? BlockText.UNIT / parted.part() : 1;
  }
}
