package io.wasmchord.web.kernels;

import static java.util.Objects.requireNonNull;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.arguments.AddBiasArguments;
import io.wasmchord.web.kernels.arguments.AddBonusArguments;
import io.wasmchord.web.kernels.arguments.AddGatedArguments;
import io.wasmchord.web.kernels.arguments.AddMixedArguments;
import io.wasmchord.web.kernels.arguments.ArgMaxArguments;
import io.wasmchord.web.kernels.arguments.ArgumentLayout;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.CausalConvArguments;
import io.wasmchord.web.kernels.arguments.CopyColumnsArguments;
import io.wasmchord.web.kernels.arguments.CopyHeadsArguments;
import io.wasmchord.web.kernels.arguments.DeltaNetArguments;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.ExpertBiasArguments;
import io.wasmchord.web.kernels.arguments.ExpertMatMulArguments;
import io.wasmchord.web.kernels.arguments.ExpertPackArguments;
import io.wasmchord.web.kernels.arguments.ExpertRepackArguments;
import io.wasmchord.web.kernels.arguments.ExpertSumArguments;
import io.wasmchord.web.kernels.arguments.ExpertWeighArguments;
import io.wasmchord.web.kernels.arguments.GroupExpertsArguments;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.L2NormArguments;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.MatchLengthArguments;
import io.wasmchord.web.kernels.arguments.NormArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.arguments.RepackArguments;
import io.wasmchord.web.kernels.arguments.RopeArguments;
import io.wasmchord.web.kernels.arguments.RouteArguments;
import io.wasmchord.web.kernels.arguments.ScaleColumnsArguments;
import io.wasmchord.web.kernels.arguments.ScaleRowsArguments;
import io.wasmchord.web.kernels.arguments.ShortConvArguments;
import io.wasmchord.web.kernels.arguments.SparsifyArguments;
import io.wasmchord.web.kernels.arguments.SsmScanArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.kernels.arguments.TokenShiftArguments;
import io.wasmchord.web.kernels.arguments.TopKArguments;
import io.wasmchord.web.kernels.arguments.WkvArguments;
import io.wasmchord.web.kernels.arguments.XieluArguments;
import io.wasmchord.web.kernels.attention.AttentionCode;
import io.wasmchord.web.kernels.attention.ScoreCode;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;
import io.wasmchord.web.kernels.experts.ExpertCode;
import io.wasmchord.web.kernels.experts.ExpertProductCode;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.kernels.products.BatchCode;
import io.wasmchord.web.kernels.products.DecodeCode;
import io.wasmchord.web.kernels.products.DotMode;
import io.wasmchord.web.kernels.products.FloatCode;
import io.wasmchord.web.kernels.products.PanelLayout;
import io.wasmchord.web.kernels.products.QuantizeCode;
import io.wasmchord.web.kernels.products.RepackCode;
import io.wasmchord.web.kernels.products.TileCode;
import io.wasmchord.web.kernels.recurrent.CausalConvCode;
import io.wasmchord.web.kernels.recurrent.ColumnCode;
import io.wasmchord.web.kernels.recurrent.DeltaNetCode;
import io.wasmchord.web.kernels.recurrent.SsmScanCode;
import io.wasmchord.web.kernels.recurrent.TimeMixCode;
import io.wasmchord.web.kernels.recurrent.WkvCode;
import io.wasmchord.web.kernels.rows.HeadCode;
import io.wasmchord.web.kernels.rows.NormCode;
import io.wasmchord.web.kernels.rows.RankCode;
import io.wasmchord.web.kernels.rows.RopeCode;
import io.wasmchord.web.kernels.rows.RowCode;
import io.wasmchord.web.kernels.rows.ShortConvCode;
import io.wasmchord.web.kernels.rows.StreamCode;
import io.wasmchord.web.kernels.rows.XieluCode;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
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

  public static final Kernel<ScaleRowsArguments> SCALE_ROWS =
      new Kernel<>("scaleRows", ScaleRowsArguments.LAYOUT);

  public static final Kernel<XieluArguments> XIELU = new Kernel<>("xielu", XieluArguments.LAYOUT);

  public static final Kernel<ElementwiseArguments> CLAMP =
      new Kernel<>("clamp", ElementwiseArguments.LAYOUT);

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

  /** The kernel that chooses each row's experts. */
  public static final Kernel<RouteArguments> ROUTE = new Kernel<>("route", RouteArguments.LAYOUT);

  /** The kernel that puts rows in the order of their experts. */
  public static final Kernel<GroupExpertsArguments> GROUP_EXPERTS =
      new Kernel<>("groupExperts", GroupExpertsArguments.LAYOUT);

  public static final Kernel<ExpertRepackArguments> EXPERT_REPACK =
      new Kernel<>("expertRepack", ExpertRepackArguments.LAYOUT);

  public static final Kernel<ExpertPackArguments> EXPERT_PACK =
      new Kernel<>("expertPack", ExpertPackArguments.LAYOUT);

  public static final Kernel<ExpertMatMulArguments> EXPERT_MATMUL =
      new Kernel<>("expertMatmul", ExpertMatMulArguments.LAYOUT);

  /** The kernel that multiplies rows by their weights before their experts. */
  public static final Kernel<ExpertWeighArguments> EXPERT_WEIGH =
      new Kernel<>("expertWeigh", ExpertWeighArguments.LAYOUT);

  /** The kernel that adds experts' biases. */
  public static final Kernel<ExpertBiasArguments> EXPERT_BIAS =
      new Kernel<>("expertBias", ExpertBiasArguments.LAYOUT);

  /** The kernel that adds what a row's experts gave. */
  public static final Kernel<ExpertSumArguments> EXPERT_SUM =
      new Kernel<>("expertSum", ExpertSumArguments.LAYOUT);

  public static final Kernel<CausalConvArguments> CAUSAL_CONV =
      new Kernel<>("causalConv", CausalConvArguments.LAYOUT);

  public static final Kernel<L2NormArguments> L2_NORM =
      new Kernel<>("l2Norm", L2NormArguments.LAYOUT);

  public static final Kernel<ScaleColumnsArguments> SCALE_COLUMNS =
      new Kernel<>("scaleColumns", ScaleColumnsArguments.LAYOUT);

  public static final Kernel<CopyHeadsArguments> COPY_HEADS =
      new Kernel<>("copyHeads", CopyHeadsArguments.LAYOUT);

  public static final Kernel<CopyColumnsArguments> COPY_COLUMNS =
      new Kernel<>("copyColumns", CopyColumnsArguments.LAYOUT);

  public static final Kernel<DeltaNetArguments> DELTA_NET =
      new Kernel<>("deltaNet", DeltaNetArguments.LAYOUT);

  public static final Kernel<TokenShiftArguments> TOKEN_SHIFT =
      new Kernel<>("tokenShift", TokenShiftArguments.LAYOUT);

  /** The kernel of RWKV 6's time mix. */
  public static final Kernel<WkvArguments> WKV = new Kernel<>("wkv", WkvArguments.LAYOUT);

  /** The kernel of RWKV 7's time mix. */
  public static final Kernel<WkvArguments> WKV_DELTA =
      new Kernel<>("wkvDelta", WkvArguments.LAYOUT);

  public static final Kernel<AddBonusArguments> ADD_BONUS =
      new Kernel<>("addBonus", AddBonusArguments.LAYOUT);

  public static final Kernel<AddMixedArguments> ADD_MIXED =
      new Kernel<>("addMixed", AddMixedArguments.LAYOUT);

  public static final Kernel<MatchLengthArguments> MATCH_LENGTH =
      new Kernel<>("matchLength", MatchLengthArguments.LAYOUT);

  public static final Kernel<SparsifyArguments> SPARSIFY =
      new Kernel<>("sparsify", SparsifyArguments.LAYOUT);

  /** The kernel of a scan whose heads have a step and a rate. */
  public static final Kernel<SsmScanArguments> SSM_SCAN_HEADS =
      new Kernel<>("ssmScanHeads", SsmScanArguments.LAYOUT);

  /** The kernel of a scan whose channels have steps and rates of their own. */
  public static final Kernel<SsmScanArguments> SSM_SCAN_CHANNELS =
      new Kernel<>("ssmScanChannels", SsmScanArguments.LAYOUT);

  /** Row groups of four in a unit of {@link #matmulTiles}. */
  public static final int TILE_GROUPS = PanelLayout.GROUPS;

  private static final int MAX_PAGES = 65536;

  private static final Map<TensorType, Kernel<MatMulArguments>> MATMUL =
      each(TensorType.class, type -> "matmul" + shortened(type), MatMulArguments.LAYOUT);
  private static final Map<TensorType, Kernel<MatMulArguments>> MATMUL_TILES =
      each(
          TensorType.class, type -> "matmul" + shortened(type) + "Tile8x4", MatMulArguments.LAYOUT);
  private static final Map<ActivationLayout, Kernel<PackArguments>> PACK =
      each(ActivationLayout.class, format -> "pack" + format, PackArguments.LAYOUT);
  private static final Map<RopeOrder, Kernel<RopeArguments>> ROPE =
      each(RopeOrder.class, order -> "rope" + order, RopeArguments.LAYOUT);
  private static final Map<KvType, Kernel<StoreKvArguments>> STORE_KV =
      each(KvType.class, type -> "storeKv" + shortened(type), StoreKvArguments.LAYOUT);
  private static final Map<KvType, Kernel<AttentionArguments>> ATTENTION =
      each(KvType.class, type -> "attention" + shortened(type), AttentionArguments.LAYOUT);
  private static final Map<Activation, Kernel<ElementwiseArguments>> GATE =
      each(Activation.class, activation -> "gate" + activation, ElementwiseArguments.LAYOUT);
  private static final Map<Activation, Kernel<ElementwiseArguments>> ACTIVATE =
      each(Activation.class, activation -> "activate" + activation, ElementwiseArguments.LAYOUT);

  /**
   * Emits the kernels for weights of these types.
   *
   * @param relaxed whether relaxed SIMD may be used
   * @param shared whether the memory is shared with other threads
   */
  public static KernelModule emit(Collection<TensorType> types, boolean relaxed, boolean shared) {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, MAX_PAGES, shared);
    return emit(module, new WalkCode(module), types, relaxed);
  }

  /**
   * The same kernels in a module that notes how long they take, as {@link ProfileLayout} says; it
   * imports {@code env.micros} too, which gives the time.
   */
  public static KernelModule counting(
      Collection<TensorType> types, boolean relaxed, boolean shared) {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, MAX_PAGES, shared);
    Function now = module.importFunction("env", "micros", List.of(), List.of(ValueType.I32));
    return emit(module, new WalkCode(module, now), types, relaxed);
  }

  private static KernelModule emit(
      ModuleBuilder module, WalkCode walk, Collection<TensorType> types, boolean relaxed) {
    KernelTable table = new KernelTable(module);
    walk.emit();
    table.add(REPACK, RepackCode::body);
    for (ActivationLayout format : ActivationLayout.values()) {
      table.add(pack(format), new QuantizeCode(format)::body);
    }
    for (TensorType type : types) {
      products(module, table, type, relaxed);
    }
    rows(module, table);
    experts(module, table);
    recurrent(table);
    return new KernelModule(module.build(), table.places(), relaxed);
  }

  /** Kernels by what they are of; made once, since each token's list names hundreds of them. */
  private static <E extends Enum<E>, A> Map<E, Kernel<A>> each(
      Class<E> of, java.util.function.Function<E, String> name, ArgumentLayout<A> layout) {
    Map<E, Kernel<A>> kernels = new EnumMap<>(of);
    for (E one : of.getEnumConstants()) {
      kernels.put(one, new Kernel<>(name.apply(one), layout));
    }
    return kernels;
  }

  private static String shortened(Enum<?> one) {
    return one.name().replace("_", "");
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
    return type.format() instanceof WeightFormat;
  }

  /** The kernel for one row of activations. */
  public static Kernel<MatMulArguments> matmul(TensorType type) {
    return requireNonNull(MATMUL.get(type));
  }

  /** The kernel for several rows of activations. */
  public static Kernel<MatMulArguments> matmulTiles(TensorType type) {
    return requireNonNull(MATMUL_TILES.get(type));
  }

  /** The kernel that packs activations. */
  public static Kernel<PackArguments> pack(ActivationLayout format) {
    return requireNonNull(PACK.get(format));
  }

  /** The kernel of a rotary embedding. */
  public static Kernel<RopeArguments> rope(RopeOrder order) {
    return requireNonNull(ROPE.get(order));
  }

  /** The kernel that writes to a cache of {@code type}. */
  public static Kernel<StoreKvArguments> storeKv(KvType type) {
    return requireNonNull(STORE_KV.get(type));
  }

  /** The kernel of attention over a cache of {@code type}. */
  public static Kernel<AttentionArguments> attention(KvType type) {
    return requireNonNull(ATTENTION.get(type));
  }

  /** The kernel of a gate. */
  public static Kernel<ElementwiseArguments> gate(Activation activation) {
    return requireNonNull(GATE.get(activation));
  }

  /** The kernel of a function without a gate. */
  public static Kernel<ElementwiseArguments> activate(Activation activation) {
    return requireNonNull(ACTIVATE.get(activation));
  }

  /** What the kernels of {@code type} look values up in; empty where that is nothing. */
  public static byte[] table(TensorType type) {
    return type.format() instanceof IntegerFormat format
        ? BlockCode.of(format, false).table()
        : new byte[0];
  }

  /** How the activations must be packed for a weight of {@code type}. */
  public ActivationLayout activations(TensorType type) {
    return activations(type, relaxed);
  }

  /** The same of kernels that use relaxed SIMD, or do not. */
  public static ActivationLayout activations(TensorType type, boolean relaxed) {
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
      ModuleBuilder module, KernelTable table, TensorType type, boolean relaxed) {
    switch (WeightFormat.of(type.format())) {
      case FloatFormat f -> floats(module, table, type, f);
      case IntegerFormat f -> integers(module, table, type, f, relaxed);
    }
  }

  private static void floats(
      ModuleBuilder module, KernelTable table, TensorType type, FloatFormat format) {
    ActivationLayout activations = activations(type, false);
    int columnBytes = BlockLayout.of(format, BlockCode.ROWS).bytes();
    FloatCode code = new FloatCode(format);
    table.add(matmul(type), code.decode());
    Function unpack = code.unpack(module);
    Function tile = FloatCode.tile(module);
    int panel = FloatCode.panelBytes();
    table.add(
        matmulTiles(type),
        new BatchCode(activations, columnBytes * activations.blockValues(), panel, unpack, tile)
            ::body);
  }

  private static void integers(
      ModuleBuilder module,
      KernelTable table,
      TensorType type,
      IntegerFormat format,
      boolean relaxed) {
    DotMode mode = DotMode.of(format, relaxed);
    ActivationLayout activations = mode.activations(format);
    BlockCode block = BlockCode.of(format, relaxed);
    table.add(matmul(type), new DecodeCode(format, mode, relaxed)::body);
    TileCode code = new TileCode(block, mode);
    Function unpack = code.unpack(module);
    Function tile = code.tile(module);
    int parts = block.parts().size() / block.inBlock(); // in a block of the activations
    int panel = new PanelLayout(block, mode).bytes() * parts * activations.panelBlocks();
    int columnBytes = block.layout().bytes() / block.inBlock();
    table.add(
        matmulTiles(type), new BatchCode(activations, columnBytes, panel, unpack, tile)::body);
  }

  /** Bytes of scratch that an expert's kernel takes beside those of the kernel that it calls. */
  public static int callBytes() {
    return ExpertProductCode.scratchBytes();
  }

  private static void experts(ModuleBuilder module, KernelTable table) {
    ExpertProductCode code = new ExpertProductCode(module);
    table.add(ROUTE, ExpertCode::route);
    table.add(GROUP_EXPERTS, ExpertCode::group);
    table.add(EXPERT_REPACK, code::repack);
    table.add(EXPERT_PACK, code::pack);
    table.add(EXPERT_MATMUL, code::product);
    table.add(EXPERT_SUM, ExpertCode::sum);
    table.add(EXPERT_WEIGH, ExpertCode::weigh);
    table.add(EXPERT_BIAS, ExpertCode::bias);
  }

  private static void recurrent(KernelTable table) {
    table.add(CAUSAL_CONV, CausalConvCode::body);
    table.add(L2_NORM, NormCode.l2Norm());
    table.add(SCALE_COLUMNS, ColumnCode::scale);
    table.add(COPY_COLUMNS, ColumnCode::copy);
    table.add(COPY_HEADS, HeadCode::copy);
    table.add(DELTA_NET, DeltaNetCode::body);
    table.add(SSM_SCAN_HEADS, SsmScanCode.body(false));
    table.add(SSM_SCAN_CHANNELS, SsmScanCode.body(true));
    table.add(TOKEN_SHIFT, TimeMixCode::shift);
    table.add(WKV, WkvCode.body(false));
    table.add(WKV_DELTA, WkvCode.body(true));
    table.add(ADD_BONUS, TimeMixCode::bonus);
    table.add(ADD_MIXED, StreamCode::addMixed);
    table.add(MATCH_LENGTH, StreamCode::matchLength);
    table.add(SPARSIFY, StreamCode::sparsify);
  }

  private static void rows(ModuleBuilder module, KernelTable table) {
    table.add(RMS_NORM, NormCode.rmsNorm());
    table.add(LAYER_NORM, NormCode.layerNorm());
    table.add(ADD_BIAS, RowCode.addBias());
    table.add(ADD_GATED, RowCode.addGated());
    table.add(SCALE_ROWS, RowCode.scaleRows());
    table.add(XIELU, XieluCode::body);
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
    GATE_RELU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.relu(l, x), y);
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
    GATE_SIGMOID {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.sigmoid(l, x), y);
      }
    },
    GATE_TANH {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.tanh(l, x), y);
      }
    },
    GATE_SOFTPLUS {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.softplus(l, x), y);
      }
    },
    GATE_EXP {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(Functions.exp(l, x), y);
      }
    },
    GATE_IDENTITY {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return l.mul(x, y);
      }
    },
    GATE_SILU_LIMITED {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.siluLimited(l, x, y, factor);
      }
    },
    GATE_SWIGLU_OAI {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.swigluOai(l, x, y, factor);
      }
    },
    GATE_LIMITED_SILU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.limitedSilu(l, x, y, factor);
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
    ACTIVATE_RELU {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.relu(l, x);
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
    ACTIVATE_SIGMOID {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.sigmoid(l, x);
      }
    },
    ACTIVATE_TANH {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.tanh(l, x);
      }
    },
    ACTIVATE_SOFTPLUS {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.softplus(l, x);
      }
    },
    ACTIVATE_EXP {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return Functions.exp(l, x);
      }
    },
    ACTIVATE_IDENTITY {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        return x;
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
    CLAMP {
      @Override
      public <T extends Expr> T of(Lanes<T> l, T x, T y, T factor) {
        T least = l.let(l.sub(l.constant(-0f), factor));
        return l.ifLess(x, least, least, l.ifLess(factor, x, factor, x));
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
        case GATE_RELU -> gate(Activation.RELU);
        case GATE_RELU_SQUARED -> gate(Activation.RELU_SQUARED);
        case GATE_GELU_ERF -> gate(Activation.GELU_ERF);
        case GATE_SIGMOID -> gate(Activation.SIGMOID);
        case GATE_TANH -> gate(Activation.TANH);
        case GATE_SOFTPLUS -> gate(Activation.SOFTPLUS);
        case GATE_EXP -> gate(Activation.EXP);
        case GATE_IDENTITY -> gate(Activation.IDENTITY);
        case GATE_SILU_LIMITED -> gate(Activation.SILU_LIMITED);
        case GATE_SWIGLU_OAI -> gate(Activation.SWIGLU_OAI);
        case GATE_LIMITED_SILU -> gate(Activation.LIMITED_SILU);
        case ACTIVATE_SILU -> activate(Activation.SILU);
        case ACTIVATE_GELU -> activate(Activation.GELU);
        case ACTIVATE_RELU -> activate(Activation.RELU);
        case ACTIVATE_RELU_SQUARED -> activate(Activation.RELU_SQUARED);
        case ACTIVATE_GELU_ERF -> activate(Activation.GELU_ERF);
        case ACTIVATE_SIGMOID -> activate(Activation.SIGMOID);
        case ACTIVATE_TANH -> activate(Activation.TANH);
        case ACTIVATE_SOFTPLUS -> activate(Activation.SOFTPLUS);
        case ACTIVATE_EXP -> activate(Activation.EXP);
        case ACTIVATE_IDENTITY -> activate(Activation.IDENTITY);
        case ADD -> KernelModule.ADD;
        case SCALE -> KernelModule.SCALE;
        case CLAMP -> KernelModule.CLAMP;
        case SOFT_CAP -> KernelModule.SOFT_CAP;
      };
    }
  }
}
