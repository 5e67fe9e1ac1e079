package io.wasmchord.web.kernels;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockFormat;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.ModuleBuilder;
import java.util.Collection;
import java.util.LinkedHashMap;
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
  /** Rows of a weight that are interleaved: one for each 32-bit lane. */
  public static final int ROWS = 4;

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
    Map<String, Integer> table = new LinkedHashMap<>();
    new WalkCode(module).emit();
    table.put("repack", RepackCode.emit(module));
    for (ActivationFormat format : ActivationFormat.values()) {
      table.put(pack(format), new QuantizeCode(format).emit(module));
    }
    for (TensorType type : types) {
      products(module, table, type, relaxed);
    }
    rows(module, table);
    return new KernelModule(module.build(), Map.copyOf(table), relaxed);
  }

  /** Whether there are kernels for products with a weight of {@code type}. */
  public static boolean supports(TensorType type) {
    BlockFormat format = type.format();
    return format instanceof FloatFormat
        || (format instanceof IntegerFormat f && BlockCode.of(f) != null);
  }

  /** The kernel for one row of activations. */
  public static String matmul(TensorType type) {
    return "matmul" + type.name().replace("_", "");
  }

  /** The kernel for several rows of activations. */
  public static String matmulTiles(TensorType type) {
    return matmul(type) + "Tile8x4";
  }

  /** The kernel that packs activations. */
  public static String pack(ActivationFormat format) {
    return "pack" + format;
  }

  /** The kernel of a rotary embedding. */
  public static String rope(RopeOrder order) {
    return "rope" + order;
  }

  /** The kernel that writes to a cache of {@code type}. */
  public static String storeKv(KvType type) {
    return "storeKv" + type.name().replace("_", "");
  }

  /** The kernel of attention over a cache of {@code type}. */
  public static String attention(KvType type) {
    return "attention" + type.name().replace("_", "");
  }

  /** The kernel of a gate. */
  public static String gate(Activation activation) {
    return "gate" + activation;
  }

  /** The kernel of a function without a gate. */
  public static String activate(Activation activation) {
    return "activate" + activation;
  }

  /** How the activations must be packed for a weight of {@code type}. */
  public ActivationFormat activations(TensorType type) {
    return activations(type, relaxed);
  }

  /** The same of kernels that use relaxed SIMD, or do not. */
  public static ActivationFormat activations(TensorType type, boolean relaxed) {
    WeightFormat format = WeightFormat.of(type.format());
    return DotMode.of(format, relaxed).activations(format);
  }

  /** Row groups of four in a unit of {@link #matmul}. */
  public static int groupsPerUnit(TensorType type) {
    return type.format() instanceof FloatFormat ? FloatCode.DECODE_GROUPS : 1;
  }

  /** Bytes of scratch that a product of {@code tokens} rows takes in each thread. */
  public static int scratchBytes(int tokens) {
    int panel = Math.max(FloatCode.panelBytes(), 8192);
    return panel + BatchCode.accumulatorBytes(tokens);
  }

  private static void products(
      ModuleBuilder module, Map<String, Integer> table, TensorType type, boolean relaxed) {
    switch (WeightFormat.of(type.format())) {
      case FloatFormat f -> floats(module, table, type, f);
      case IntegerFormat f -> integers(module, table, type, f, relaxed);
    }
  }

  private static void floats(
      ModuleBuilder module, Map<String, Integer> table, TensorType type, FloatFormat format) {
    ActivationFormat activations = activations(type, false);
    int columnBytes = BlockLayout.of(format, ROWS).bytes();
    FloatCode code = new FloatCode(format);
    table.put(matmul(type), code.decode(module));
    Function unpack = code.unpack(module);
    Function tile = FloatCode.tile(module);
    int panel = FloatCode.panelBytes();
    table.put(
        matmulTiles(type),
        new BatchCode(activations, columnBytes * activations.blockValues(), panel, unpack, tile)
            .emit(module));
  }

  private static void integers(
      ModuleBuilder module,
      Map<String, Integer> table,
      TensorType type,
      IntegerFormat format,
      boolean relaxed) {
    DotMode mode = DotMode.of(format, relaxed);
    ActivationFormat activations = mode.activations(format);
    BlockCode block = BlockCode.require(format);
    table.put(matmul(type), new DecodeCode(block, mode).emit(module));
    TileCode code = new TileCode(block, mode);
    Function unpack = code.unpack(module);
    Function tile = code.tile(module);
    int panel = new PanelLayout(block, mode).bytes() * activations.panelBlocks();
    table.put(
        matmulTiles(type),
        new BatchCode(activations, BlockLayout.of(format, ROWS).bytes(), panel, unpack, tile)
            .emit(module));
  }

  private static void rows(ModuleBuilder module, Map<String, Integer> table) {
    table.put("rmsNorm", NormCode.rmsNorm(module));
    table.put("layerNorm", NormCode.layerNorm(module));
    table.put("addBias", RowCode.addBias(module));
    table.put("addGated", RowCode.addGated(module));
    table.put("addScaled", RowCode.elementwise(module, RowCode.ADD_SCALED));
    table.put(rope(RopeOrder.INTERLEAVED), RopeCode.emit(module, false));
    table.put(rope(RopeOrder.NEOX), RopeCode.emit(module, true));
    table.put("shortConv", ShortConvCode.emit(module));
    ScoreCode scoring = ScoreCode.emit(module);
    for (KvType type : KvType.values()) {
      AttentionCode code = new AttentionCode(type, scoring);
      table.put(storeKv(type), code.storeKv(module));
      table.put(attention(type), code.attention(module));
    }
    for (Elementwise e : Elementwise.values()) {
      table.put(e.kernel(), RowCode.elementwise(module, e));
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

    String kernel() {
      return switch (this) {
        case GATE_SILU -> gate(Activation.SILU);
        case GATE_GELU -> gate(Activation.GELU);
        case GATE_RELU_SQUARED -> gate(Activation.RELU_SQUARED);
        case GATE_GELU_ERF -> gate(Activation.GELU_ERF);
        case ACTIVATE_SILU -> activate(Activation.SILU);
        case ACTIVATE_GELU -> activate(Activation.GELU);
        case ACTIVATE_RELU_SQUARED -> activate(Activation.RELU_SQUARED);
        case ACTIVATE_GELU_ERF -> activate(Activation.GELU_ERF);
        case ADD -> "add";
        case SCALE -> "scale";
        case SOFT_CAP -> "softCap";
      };
    }
  }
}
