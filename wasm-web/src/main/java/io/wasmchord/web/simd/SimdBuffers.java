package io.wasmchord.web.simd;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the backend takes beside tensors and caches, as a plan counts it: each thread's scratch,
 * packed activations, the last rows of weights whose rows are no multiple of four, lists of
 * commands.
 */
public final class SimdBuffers {
  private static final int COMMANDS_OF_LAYER = 80; // with barriers, and with interleaving weights
  private static final int COMMANDS_OF_SEQUENCE = 8; // in a layer, of each but the first
  private static final int ALIGNMENT = 64;

  private final List<TensorInfo> tensors;
  private final ModelConfig config;
  private final KvSpec cache;
  private final int layers;
  private final int batch;
  private final int sequences;

  /**
   * Of a backend that has a model, or some of its layers.
   *
   * @param tensors that it has
   * @param cache its shape
   * @param layers how many it has
   * @param batch tokens that are fed together
   * @param sequences that they are of, at most
   */
  public SimdBuffers(
      List<TensorInfo> tensors,
      ModelConfig config,
      KvSpec cache,
      int layers,
      int batch,
      int sequences) {
    this.tensors =
        tensors.stream() // the layers' embedding is only looked up, and its rows are the longest
            .filter(tensor -> !tensor.name().equals(WeightNames.LAYER_EMBEDDING))
            .toList();
    this.config = config;
    this.cache = cache;
    this.layers = layers;
    this.batch = batch;
    this.sequences = sequences;
  }

  /** Bytes in all, with the more demanding of both kinds of kernels. */
  public long bytes(int threads) {
    long packed = Math.max(packed(false), packed(true));
    return threads * thread()
        + packed
        + tails()
        + tables()
        + lists(threads)
        + experts()
        + headProducts()
        + aligned(ControlLayout.BYTES);
  }

  private long thread() {
    long least = Math.max(KernelModule.scratchBytes(batch), (long) BlockCode.ROWS * longestRow());
    for (int layer = 0; layer < cache.layers().size(); layer++) {
      if (cache.heads(layer).count() > 0) {
        least = Math.max(least, KernelScratch.attention(cache.capacity(layer)));
      }
    }
    if (config.experts().count() > 0) {
      int experts = config.experts().count();
      least = Math.max(least, ExpertEncoder.scratchBytes(experts, batch, longestRow()));
    }
    if (config.latent().absorbed()) {
      least = Math.max(least, HeadEncoder.scratchBytes(batch));
    }
    return KernelScratch.each(least);
  }

  private long longestRow() {
    long longest = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.shape().size() > 1) {
        longest = Math.max(longest, tensor.type().rowBytes(tensor.cols()));
      }
    }
    return longest;
  }

  /** Each form of activations has a buffer for the widest product, and another for single rows. */
  private long packed(boolean relaxed) {
    Map<ActivationLayout, Long> buffers = new EnumMap<>(ActivationLayout.class);
    Map<ActivationLayout, Long> singles = new EnumMap<>(ActivationLayout.class);
    for (TensorInfo tensor : tensors) {
      if (tensor.shape().size() > 1 && KernelModule.supports(tensor.type())) {
        ActivationLayout format = KernelModule.activations(tensor.type(), relaxed);
        int cols = (int) Math.min(tensor.cols(), Integer.MAX_VALUE);
        long bytes = format.bytes(batch, cols, ActivationLayout.TILE);
        if (ofExpert(tensor)) {
          bytes = expertRows() * format.bytes(1, cols, 1);
        } else if (ofHeads(tensor)) {
          bytes = HeadEncoder.packedRows(heads(), batch) * format.bytes(1, cols, 1);
        }
        buffers.merge(format, bytes, Math::max);
        singles.merge(format, format.bytes(1, cols, 1), Math::max);
      }
    }
    return Stream.of(buffers, singles)
        .flatMap(all -> all.values().stream())
        .mapToLong(SimdBuffers::aligned)
        .sum();
  }

  /** What kernels look values up in. */
  private long tables() {
    return tensors.stream()
        .filter(tensor -> tensor.shape().size() > 1 && KernelModule.supports(tensor.type()))
        .map(TensorInfo::type)
        .distinct()
        .mapToLong(type -> aligned(KernelModule.table(type).length))
        .sum();
  }

  private long tails() {
    long bytes = 0;
    for (TensorInfo tensor : tensors) {
      int dimensions = tensor.shape().size();
      int halves = ofHyperConnections(tensor) ? 2 : 1;
      if (dimensions == 2 && tensor.rows() / halves % BlockCode.ROWS != 0) {
        bytes += halves * aligned(BlockCode.ROWS * tensor.type().rowBytes(tensor.cols()));
      } else if (dimensions > 2 && rowsOfPart(tensor) % BlockCode.ROWS != 0) {
        long each = aligned(BlockCode.ROWS * tensor.type().rowBytes(tensor.cols()));
        bytes += tensor.rows() / rowsOfPart(tensor) * each;
      }
    }
    return bytes;
  }

  /**
   * Whether a tensor is what two matrices stand in: of what a sub-layer takes, and of its result.
   */
  private static boolean ofHyperConnections(TensorInfo tensor) {
    return tensor.name().contains(".hc_");
  }

  /** Rows of each matrix of a tensor that has several. */
  private static long rowsOfPart(TensorInfo tensor) {
    long rows = tensor.shape().get(1);
    return tensor.name().contains("gate_up_exps") ? rows / 2 : rows;
  }

  /** Whether a tensor is one matrix or more of experts; old files have one for each. */
  private static boolean ofExpert(TensorInfo tensor) {
    long parts = tensor.name().chars().filter(c -> c == '.').count();
    return tensor.name().contains("_exps") || parts > 3;
  }

  /** Whether a tensor is a matrix of each head, whose products are one command. */
  private boolean ofHeads(TensorInfo tensor) {
    return config.latent().absorbed()
        && (tensor.name().endsWith("attn_k_b.weight") || tensor.name().endsWith("attn_v_b.weight"));
  }

  private int heads() {
    return config.shapes().stream().mapToInt(shape -> shape.attention().heads()).max().orElse(0);
  }

  /** What products of heads take beside packed rows. */
  private long headProducts() {
    if (!config.latent().absorbed()) {
      return 0;
    }
    long tensorsOfHeads = tensors.stream().filter(this::ofHeads).count();
    return 2 * aligned(HeadEncoder.slotBytes(heads(), batch))
        + tensorsOfHeads * aligned(MatrixAddresses.bytes(heads()));
  }

  private long expertRows() {
    ModelConfig.Experts experts = config.experts();
    return ExpertLayout.packedRows(experts.count(), batch * experts.used());
  }

  private long lists(int threads) {
    return CommandList.bytes((long) commandsOfLayer() * layers, threads);
  }

  /** In latent attention every head has two matrices of its own to be interleaved. */
  private int commandsOfLayer() {
    return COMMANDS_OF_LAYER * factor()
        + COMMANDS_OF_SEQUENCE * (sequences - 1)
        + (config.latent().absorbed() ? 4 * heads() : 0);
  }

  /** Some layers have many more commands than most. */
  private int factor() {
    if (config.rare().altUp() != null || config.rare().hyper() != null) {
      return 4;
    }
    return config.recurrence().rwkv() ? 2 : 1;
  }

  /** What routing leaves, and a table for each layer. */
  private long experts() {
    ModelConfig.Experts experts = config.experts();
    if (experts.count() == 0) {
      return 0;
    }
    long routes = ExpertEncoder.routeBytes(experts.count(), batch * experts.used());
    return aligned(routes) + layers * aligned(ExpertTable.bytes(experts.count()));
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
