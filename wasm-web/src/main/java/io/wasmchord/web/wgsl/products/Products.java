package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.GridTable;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.GpuKernel;

/** The kernels of matrix products. */
public final class Products {
  private Products() {}

  /**
   * {@code out = x * weight^T} for few rows of x.
   *
   * @param place where the weight lies; the arena for float32 alone
   */
  public static GpuKernel<Product> decode(WeightFormat format, Place place) {
    String name = "matmul" + format.name().replace("_", "") + suffix(place);
    return switch (format) {
      case FloatFormat f -> FloatText.kernel(name, f, place, Choice.NONE);
      case IntegerFormat f -> integers(name, f, place, Choice.NONE);
    };
  }

  /** The same for many rows of x, in tiles of 32 by 32. */
  public static GpuKernel<Product> prefill(WeightFormat format, Place place) {
    String name = "matmulTile" + format.name().replace("_", "") + suffix(place);
    return switch (format) {
      case FloatFormat f -> FloatTileText.kernel(name, f, place);
      case IntegerFormat f -> new TileText(f, place).kernel(name);
    };
  }

  /** The same of experts: each place's matrix is that of the expert with its number. */
  public static GpuKernel<ExpertProduct> experts(WeightFormat format, Place place) {
    String name = "expertMatmul" + format.name().replace("_", "") + suffix(place);
    return switch (format) {
      case FloatFormat f -> FloatText.kernel(name, f, place, Choice.EXPERT);
      case IntegerFormat f -> integers(name, f, place, Choice.EXPERT);
    };
  }

  private static <A> GpuKernel<A> integers(
      String name, IntegerFormat format, Place place, Choice<A> choice) {
    return BlockText.summedByBlock(format)
        ? BlockDecodeText.kernel(name, format, place, choice)
        : UnitDecodeText.kernel(name, format, place, choice);
  }

  /** The grid that a format's kernels look values up in, or {@link GridTable#NONE}. */
  public static GridTable table(WeightFormat format) {
    return format instanceof IntegerFormat f ? BlockTexts.of(f).table() : GridTable.NONE;
  }

  static String suffix(Place place) {
    return place == Place.W0 ? "" : BlockText.named("$", place);
  }
}
