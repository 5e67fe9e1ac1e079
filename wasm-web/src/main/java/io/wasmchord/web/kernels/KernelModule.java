package io.wasmchord.web.kernels;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.kernels.arguments.AddBiasArguments;
import io.wasmchord.web.kernels.arguments.AddGatedArguments;
import io.wasmchord.web.kernels.arguments.ArgMaxArguments;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.NormArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.arguments.RepackArguments;
import io.wasmchord.web.kernels.arguments.RopeArguments;
import io.wasmchord.web.kernels.arguments.ShortConvArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.kernels.arguments.TopKArguments;
import io.wasmchord.web.kernels.attention.AttentionCode;
import io.wasmchord.web.kernels.attention.ScoreCode;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;
import io.wasmchord.web.kernels.products.ActivationFormat;
import io.wasmchord.web.kernels.products.BatchCode;
import io.wasmchord.web.kernels.products.BlockCode;
import io.wasmchord.web.kernels.products.Blocks256;
import io.wasmchord.web.kernels.products.DecodeCode;
import io.wasmchord.web.kernels.products.DotMode;
import io.wasmchord.web.kernels.products.FloatCode;
import io.wasmchord.web.kernels.products.PanelLayout;
import io.wasmchord.web.kernels.products.QuantizeCode;
import io.wasmchord.web.kernels.products.RepackCode;
import io.wasmchord.web.kernels.products.TileCode;
import io.wasmchord.web.kernels.rows.NormCode;
import io.wasmchord.web.kernels.rows.RankCode;
import io.wasmchord.web.kernels.rows.RopeCode;
import io.wasmchord.web.kernels.rows.RowCode;
import io.wasmchord.web.kernels.rows.ShortConvCode;
import java.util.Collection;
import java.util.Map;

/**
 * An emitted module and where its kernels stand in its function table.
 *
 * @param bytes the WebAssembly module; it imports {@code env.memory} and exports {@code run} and
 *     {@code work}
 * @param table kernels by name, e.g. {@code matmulQ4K}
 * @param relaxed whether it uses relaxed SIMD
 */
public record KernelModule(byte[] bytes, Map<String, Integer> table, boolean relaxed) {
  /** The kernel that interleaves a weight's rows. */
  public static final Kernel<RepackArguments> REPACK =
      new Kernel<>("repack", RepackArguments.LAYOUT);

  public static final Kernel<NormArguments> RMS_NORM =
      new Kernel<>("rmsNorm", NormArguments.LAYOUT);

  public static final Kernel<NormArguments> LAYER_NORM =
      new Kernel<>("layerNorm", NormArguments.LAYOUT);

  public static final Kernel<AddBiasArguments> ADD_BIAS =
      new Kernel<>("addBias", AddBiasArguments.LAYOUT);

  public static final Kernel<AddGatedArguments> ADD_GATED =
      new Kernel<>("addGated", AddGatedArguments.LAYOUT);

  public static final Kernel<ShortConvArguments> SHORT_CONV =
      new Kernel<>("shortConv", ShortConvArguments.LAYOUT);

  public static final Kernel<ElementwiseArguments> ADD =
      new Kernel<>("add", ElementwiseArguments.LAYOUT);

  public static final Kernel<ElementwiseArguments> ADD_SCALED =
      new Kernel<>("addScaled", ElementwiseArguments.LAYOUT);

  public static final Kernel<ElementwiseArguments> SCALE =
      new Kernel<>("scale", ElementwiseArguments.LAYOUT);

  public static final Kernel<ElementwiseArguments> SOFT_CAP =
      new Kernel<>("softCap", ElementwiseArguments.LAYOUT);

  public static final Kernel<ArgMaxArguments> ARG_MAX =
      new Kernel<>("argMax", ArgMaxArguments.LAYOUT);

  public static final Kernel<TopKArguments> TOP_K = new Kernel<>("topK", TopKArguments.LAYOUT);

  private static final int MAX_PAGES = 65536;

  /**
   * Emits the kernels for weights of these types.
   *
   * @param relaxed whether relaxed SIMD may be used
   * @param shared whether the memory is shared with other threads
   */
  public static KernelModule emit(Collection<TensorType> types, boolean relaxed, boolean shared) {
    return emit(new ModuleBuilder("env", "memory", 1, MAX_PAGES, shared), types, relaxed);
  }

  /**
   * Emits the same kernels for a shared 64-bit memory of which they use the first 4 GiB. No engine
   * runs them: {@code chord bench --browser --memory64} compares their speed with that of the
   * kernels over a 32-bit memory.
   *
   * @param maxPages that the memory may have; a browser may choose its bounds checks by them
   */
  public static KernelModule emit64(Collection<TensorType> types, boolean relaxed, int maxPages) {
    return emit(new ModuleBuilder("env", "memory", 1, maxPages, true, true), types, relaxed);
  }

  private static KernelModule emit(
      ModuleBuilder module, Collection<TensorType> types, boolean relaxed) {
    KernelTable table = new KernelTable(module);
    new WalkCode(module).emit();
    table.add(REPACK, RepackCode::body);
    for (ActivationFormat format : ActivationFormat.values()) {
      table.add(pack(format), new QuantizeCode(format)::body);
    }
    for (TensorType type : types) {
      products(module, table, type, relaxed);
    }
    rows(module, table);
    return new KernelModule(module.build(), table.places(), relaxed);
  }

  /** Whether the module has {@code kernel}. */
  public boolean has(Kernel<?> kernel) {
    return table.containsKey(kernel.name());
  }

  /**
   * A kernel's place in the function table.
   *
   * @throws IllegalStateException when the module has no such kernel
   */
  public int place(Kernel<?> kernel) {
    Integer place = table.get(kernel.name());
    if (place == null) {
      throw new IllegalStateException("the module has no kernel " + kernel.name());
    }
    return place;
  }

  /** Whether there are kernels for products with a weight of {@code type}. */
  public static boolean supports(TensorType type) {
    return switch (type) {
      case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL -> true;
      case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS -> true;
      default -> false;
    };
  }

  /** The kernel for one row of activations. */
  public static Kernel<MatMulArguments> matmul(TensorType type) {
    return new Kernel<>("matmul" + type.name().replace("_", ""), MatMulArguments.LAYOUT);
  }

  /** The kernel for several rows of activations. */
  public static Kernel<MatMulArguments> matmulTiles(TensorType type) {
    return new Kernel<>(matmul(type).name() + "Tile8x4", MatMulArguments.LAYOUT);
  }

  /** The kernel that packs activations. */
  public static Kernel<PackArguments> pack(ActivationFormat format) {
    return new Kernel<>("pack" + format, PackArguments.LAYOUT);
  }

  /** The kernel of a rotary embedding. */
  public static Kernel<RopeArguments> rope(RopeOrder order) {
    return new Kernel<>("rope" + order, RopeArguments.LAYOUT);
  }

  /** The kernel that writes to a cache of {@code type}. */
  public static Kernel<StoreKvArguments> storeKv(KvType type) {
    return new Kernel<>("storeKv" + type.name().replace("_", ""), StoreKvArguments.LAYOUT);
  }

  /** The kernel of attention over a cache of {@code type}. */
  public static Kernel<AttentionArguments> attention(KvType type) {
    return new Kernel<>("attention" + type.name().replace("_", ""), AttentionArguments.LAYOUT);
  }

  /** The kernel of a gate. */
  public static Kernel<ElementwiseArguments> gate(Activation activation) {
    return new Kernel<>("gate" + activation, ElementwiseArguments.LAYOUT);
  }

  /** The kernel of a function without a gate. */
  public static Kernel<ElementwiseArguments> activate(Activation activation) {
    return new Kernel<>("activate" + activation, ElementwiseArguments.LAYOUT);
  }

  /** How the activations must be packed for a weight of {@code type}. */
  public ActivationFormat activations(TensorType type) {
    return activations(type, relaxed);
  }

  /** The same of kernels that use relaxed SIMD, or do not. */
  public static ActivationFormat activations(TensorType type, boolean relaxed) {
    return DotMode.of(type, relaxed).activations(type);
  }

  /** Row groups of four in a unit of {@link #matmul}. */
  public static int groupsPerUnit(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> FloatCode.DECODE_GROUPS;
      default -> 1;
    };
  }

  /** Bytes of scratch that a product of {@code tokens} rows takes in each thread. */
  public static int scratchBytes(int tokens) {
    int panel = Math.max(FloatCode.panelBytes(), 8192);
    return panel + BatchCode.accumulatorBytes(tokens);
  }

  private static void products(
      ModuleBuilder module, KernelTable table, TensorType type, boolean relaxed) {
    DotMode mode = DotMode.of(type, relaxed);
    ActivationFormat format = mode.activations(type);
    int columnBytes = BlockLayout.of(type, BlockCode.ROWS).bytes();
    if (mode == DotMode.FLOATS) {
      FloatCode code = new FloatCode(type);
      table.add(matmul(type), code.decode());
      Function unpack = code.unpack(module);
      Function tile = FloatCode.tile(module);
      int panel = FloatCode.panelBytes();
      table.add(
          matmulTiles(type),
          new BatchCode(format, columnBytes * format.blockValues(), panel, unpack, tile)::body);
      return;
    }
    BlockCode block = Blocks256.of(type);
    table.add(matmul(type), new DecodeCode(block, mode)::body);
    TileCode code = new TileCode(block, mode);
    Function unpack = code.unpack(module);
    Function tile = code.tile(module);
    int panel = new PanelLayout(block, mode).bytes() * format.panelBlocks();
    table.add(matmulTiles(type), new BatchCode(format, columnBytes, panel, unpack, tile)::body);
  }

  private static void rows(ModuleBuilder module, KernelTable table) {
    table.add(RMS_NORM, NormCode.rmsNorm());
    table.add(LAYER_NORM, NormCode.layerNorm());
    table.add(ADD_BIAS, RowCode.addBias());
    table.add(ADD_GATED, RowCode.addGated());
    table.add(ADD_SCALED, RowCode.elementwise(RowCode.ADD_SCALED));
    table.add(rope(RopeOrder.INTERLEAVED), RopeCode.body(false));
    table.add(rope(RopeOrder.NEOX), RopeCode.body(true));
    table.add(SHORT_CONV, ShortConvCode::body);
    table.add(ARG_MAX, RankCode.argMax());
    table.add(TOP_K, RankCode.topK());
    ScoreCode scoring = ScoreCode.emit(module);
    for (KvType type : KvType.values()) {
      AttentionCode code = new AttentionCode(type, scoring);
      table.add(storeKv(type), code.storeKv());
      table.add(attention(type), code.attention());
    }
    for (Elementwise e : Elementwise.values()) {
      table.add(e.kernel(), RowCode.elementwise(e));
    }
  }

  /** The formulas of the elementwise commands. */
  private enum Elementwise implements RowCode.Formula {
    GATE_SILU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.silu(l, x), y);
      }
    },
    GATE_GELU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.gelu(l, x), y);
      }
    },
    GATE_RELU_SQUARED {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.reluSquared(l, x), y);
      }
    },
    GATE_GELU_ERF {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.geluErf(l, x), y);
      }
    },
    ACTIVATE_SILU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.silu(l, x);
      }
    },
    ACTIVATE_GELU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.gelu(l, x);
      }
    },
    ACTIVATE_RELU_SQUARED {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.reluSquared(l, x);
      }
    },
    ACTIVATE_GELU_ERF {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.geluErf(l, x);
      }
    },
    ADD {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.add(x, y);
      }
    },
    SCALE {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(x, factor);
      }
    },
    SOFT_CAP {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.softCap(l, x, factor);
      }
    };

    Kernel<ElementwiseArguments> kernel() {
      return switch (this) {
        case GATE_SILU -> gate(Activation.SILU);
        case GATE_GELU -> gate(Activation.GELU);
        case GATE_RELU_SQUARED -> gate(Activation.RELU_SQUARED);
        case GATE_GELU_ERF -> gate(Activation.GELU_ERF);
        case ACTIVATE_SILU -> activate(Activation.SILU);
        case ACTIVATE_GELU -> activate(Activation.GELU);
        case ACTIVATE_RELU_SQUARED -> activate(Activation.RELU_SQUARED);
        case ACTIVATE_GELU_ERF -> activate(Activation.GELU_ERF);
        case ADD -> KernelModule.ADD;
        case SCALE -> KernelModule.SCALE;
        case SOFT_CAP -> KernelModule.SOFT_CAP;
      };
    }
  }
}
