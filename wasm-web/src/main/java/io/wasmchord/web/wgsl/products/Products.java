package io.wasmchord.web.wgsl.products;

import io.wasmchord.backend.Activation;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.GridTable;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.List;

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
    return DecodeText.of(format, place).kernel(name, place, Choice.NONE);
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
    return DecodeText.of(format, place).kernel(name, place, Choice.EXPERT);
  }

  /** {@link #decode}, whose results are also added to other values. */
  public static GpuKernel<ResidualProduct> residual(WeightFormat format, Place place) {
    String name = "matmulAdd" + format.name().replace("_", "") + suffix(place);
    return DecodeText.of(format, place).kernel(name, place, Choice.RESIDUAL);
  }

  /**
   * Whether products of weights of these formats can be one kernel: their activations are rounded
   * alike, and what their texts need does not collide.
   */
  public static boolean join(List<? extends WeightFormat> formats) {
    WeightFormat first = formats.getFirst();
    List<String> helpers =
        formats.stream().map(Products::helpers).filter(text -> !text.isEmpty()).distinct().toList();
    return helpers.size() <= 1
        && formats.stream().map(Products::table).distinct().count() == 1
        && formats.stream().allMatch(format -> format.partner() == first.partner());
  }

  private static String helpers(WeightFormat format) {
    return format instanceof IntegerFormat f ? BlockTexts.helpers(f) : "";
  }

  /**
   * Products of two or three weights with the same rows of x, for few of these. Weights lie in the
   * first bindings, in their order.
   *
   * @param formats as {@link #join} allows them
   */
  public static GpuKernel<JoinedProducts> joined(List<? extends WeightFormat> formats) {
    return JoinedText.products(formats);
  }

  /**
   * Products of a gate's weight and of another one with the same rows of x, for few of these, and
   * {@code activation(gate) * up} of what they give. The gate's weight lies in the first binding,
   * the other in the second.
   *
   * @param format of both weights
   */
  public static GpuKernel<GatedProducts> gated(WeightFormat format, Activation activation) {
    return JoinedText.gated(format, activation);
  }

  /** The grid that a format's kernels look values up in, or {@link GridTable#NONE}. */
  public static GridTable table(WeightFormat format) {
    return format instanceof IntegerFormat f ? BlockTexts.of(f).table() : GridTable.NONE;
  }

  static String suffix(Place place) {
    return place == Place.W0 ? "" : BlockText.named("$", place);
  }
}
