package io.wasmchord.web.wgsl.catalogue;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Routing;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.attention.Attention;
import io.wasmchord.web.wgsl.attention.StoreKv;
import io.wasmchord.web.wgsl.experts.ExpertRows;
import io.wasmchord.web.wgsl.experts.Route;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.products.Activations;
import io.wasmchord.web.wgsl.products.Embedding;
import io.wasmchord.web.wgsl.products.Products;
import io.wasmchord.web.wgsl.recurrent.Convolutions;
import io.wasmchord.web.wgsl.recurrent.Scans;
import io.wasmchord.web.wgsl.rows.Copies;
import io.wasmchord.web.wgsl.rows.Elementwise;
import io.wasmchord.web.wgsl.rows.Mixes;
import io.wasmchord.web.wgsl.rows.Norm;
import io.wasmchord.web.wgsl.rows.Rank;
import io.wasmchord.web.wgsl.rows.Rope;
import io.wasmchord.web.wgsl.rows.RowSums;
import io.wasmchord.web.wgsl.rows.Rowwise;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.ArrayList;
import java.util.List;

/** Lists kernels. */
public final class KernelCatalogue {
  private KernelCatalogue() {}

  /** Every kernel, each name once. */
  public static List<GpuKernel<?>> all() {
    return all(List.of(TensorType.values()));
  }

  /** The same, of weights of these types alone. */
  public static List<GpuKernel<?>> all(List<TensorType> types) {
    List<GpuKernel<?>> all = new ArrayList<>(values());
    all.addAll(rows());
    for (TensorType type : types) {
      if (type.format() instanceof WeightFormat format) {
        all.addAll(products(format));
      }
    }
    for (KvType type : KvType.values()) {
      all.add(StoreKv.kernel(type));
      all.add(Attention.kernel(type, true));
      all.add(Attention.kernel(type, false));
    }
    for (Routing.Gating gating : Routing.Gating.values()) {
      all.add(Route.kernel(gating));
    }
    return all;
  }

  /** The kernels of a weight's format. */
  public static List<GpuKernel<?>> products(WeightFormat format) {
    List<GpuKernel<?>> all = new ArrayList<>();
    List<Place> places = format instanceof F32 ? List.of(Place.W0, Place.ARENA) : List.of(Place.W0);
    for (Place place : places) {
      all.add(Products.decode(format, place));
      all.add(Products.prefill(format, place));
      all.add(Products.experts(format, place));
      all.add(Embedding.embed(format, place));
    }
    return all;
  }

  private static List<GpuKernel<?>> values() {
    List<GpuKernel<?>> all =
        new ArrayList<>(
            List.of(
                Elementwise.add(),
                Elementwise.addScaled(),
                Elementwise.scale(),
                Elementwise.clamp(),
                Elementwise.softCap()));
    for (Activation activation : Activation.values()) {
      all.add(Elementwise.gate(activation));
      if (!activation.limited()) {
        all.add(Elementwise.activate(activation));
      }
    }
    return all;
  }

  private static List<GpuKernel<?>> rows() {
    return List.of(
        Activations.quantize(Partner.Q8_0),
        Activations.quantize(Partner.Q8_1),
        Activations.quantize(Partner.Q8_K),
        Norm.rms(),
        Norm.layer(),
        Rope.kernel(RopeOrder.INTERLEAVED),
        Rope.kernel(RopeOrder.NEOX),
        Rowwise.addBias(),
        Rowwise.scaleRows(),
        Rowwise.scaleColumns(),
        Rowwise.addGated(),
        RowSums.l2Norm(),
        RowSums.matchLength(),
        RowSums.sparsify(),
        Copies.gather(),
        Copies.runs(),
        Mixes.addMixed(),
        Mixes.addBonus(),
        Mixes.xielu(),
        Rank.topK(),
        ExpertRows.weigh(),
        ExpertRows.addBias(),
        ExpertRows.sum(),
        ExpertRows.plainSum(),
        Convolutions.shortConv(),
        Convolutions.causalConv(),
        Convolutions.tokenShift(),
        Scans.deltaNet(),
        Scans.ssmScan(),
        Scans.wkv());
  }
}
