package io.wasmchord.web.simd;

import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.ExpertMatMulArguments;
import io.wasmchord.web.kernels.arguments.ExpertPackArguments;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.Region;

/** Products of slots of rows, each with a matrix of its own, as {@link ExpertLayout} says. */
final class SlotProducts {
  private final KernelModule kernels;
  private final CommandList list;
  private final ProductEncoder products;

  SlotProducts(KernelModule kernels, CommandList list, ProductEncoder products) {
    this.kernels = kernels;
    this.list = list;
    this.products = products;
  }

  /**
   * Slots as they lie in memory.
   *
   * @param slots number of slots, and a record each
   * @param rows of each place its row and its slot
   * @param count slots that there may be
   * @param places rows of all
   */
  record Slots(Region slots, Region rows, int count, int places) {}

  /**
   * Packed rows.
   *
   * @param rowBytes bytes of one, or 0 where all places share one
   */
  record PackedRows(Region region, int rowBytes) {}

  /**
   * Packs rows.
   *
   * @param gathered whether a place's row is the one that the slots say; otherwise it has its own
   * @param packedRows room for so many
   */
  PackedRows pack(
      Slots s, ActivationLayout format, SimdTensor x, boolean gathered, long packedRows) {
    int rowBytes = (int) format.bytes(1, x.cols(), 1);
    Region packed = products.buffer(format, packedRows * rowBytes);
    list.add(
        KernelModule.EXPERT_PACK,
        s.places,
        new ExpertPackArguments(
            s.slots,
            s.rows,
            x.region(),
            packed,
            gathered ? 1 : 0,
            4 * x.cols(),
            rowBytes,
            x.cols() / format.blockValues(),
            kernels.place(KernelModule.pack(format))));
    return new PackedRows(packed, rowBytes);
  }

  /**
   * Multiplies.
   *
   * @param matrix one of the matrices, which have one shape and type
   * @param matrices their addresses
   */
  void product(Slots s, SimdTensor matrix, Region matrices, PackedRows x, Tensor out) {
    TensorType type = matrix.type();
    int groups = over(matrix.rows(), BlockCode.ROWS);
    int single = KernelModule.groupsPerUnit(type);
    int together = Math.max(single, KernelModule.TILE_GROUPS);
    int units = over(groups, together);
    Region result = SimdTensor.of(out).region();
    list.add(
        KernelModule.EXPERT_MATMUL,
        units * s.count,
        new ExpertMatMulArguments(
            s.slots,
            matrices,
            x.region,
            result,
            x.rowBytes,
            matrix.rows() / BlockCode.ROWS,
            BlockCode.ROWS * matrix.rowBytes(),
            matrix.rows(),
            matrix.cols() / kernels.activations(type).blockValues(),
            units,
            kernels.place(KernelModule.matmul(type)),
            over(groups, single),
            together / single,
            kernels.place(KernelModule.matmulTiles(type)),
            over(groups, KernelModule.TILE_GROUPS),
            together / KernelModule.TILE_GROUPS,
            products.table(type)));
    list.work(matrix.values() * s.places);
    products.wrote(result);
  }

  /** {@code n} divided by {@code each}, rounded up. */
  static int over(int n, int each) {
    return (n + each - 1) / each;
  }
}
