package io.wasmchord.web.simd;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.web.kernels.ActivationFormat;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the backend takes beside tensors and caches, as a plan counts it: each thread's scratch,
 * packed activations, the last rows of weights whose rows are no multiple of four, lists of
 * commands.
 */
public final class SimdRooms {
  private static final int COMMANDS_OF_LAYER = 80; // with barriers, and with interleaving weights
  private static final int COMMANDS_OF_EXPERT = 16;
  private static final int ALIGNMENT = 64;

  private final GgufFile file;
  private final ModelConfig config;
  private final KvSpec cache;
  private final int batch;

  /**
   * @param cache its shape
   * @param batch tokens that are fed together
   */
  public SimdRooms(GgufFile file, ModelConfig config, KvSpec cache, int batch) {
    this.file = file;
    this.config = config;
    this.cache = cache;
    this.batch = batch;
  }

  /** Bytes in all, with the more demanding of both kinds of kernels. */
  public long bytes(int threads) {
    long packed = Math.max(packed(false), packed(true));
    return threads * thread() + packed + tails() + lists() + aligned(ControlLayout.BYTES);
  }

  private long thread() {
    long least = Math.max(KernelModule.scratchBytes(batch), (long) Scratch.GROUP * longestRow());
    for (int layer = 0; layer < cache.layers(); layer++) {
      if (cache.width(layer) == 0) {
        least = Math.max(least, Scratch.attention(cache.capacity(layer)));
      }
    }
    return Scratch.each(least);
  }

  private long longestRow() {
    long longest = 0;
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.shape().size() > 1) {
        longest = Math.max(longest, tensor.type().rowBytes(tensor.cols()));
      }
    }
    return longest;
  }

  /** Each form of activations has one room, for the widest product. */
  private long packed(boolean relaxed) {
    Map<ActivationFormat, Long> rooms = new EnumMap<>(ActivationFormat.class);
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.shape().size() > 1 && KernelModule.supports(tensor.type())) {
        ActivationFormat format = KernelModule.activations(tensor.type(), relaxed);
        int cols = (int) Math.min(tensor.cols(), Integer.MAX_VALUE);
        rooms.merge(format, format.bytes(batch, cols, ActivationFormat.TILE), Math::max);
      }
    }
    return rooms.values().stream().mapToLong(SimdRooms::aligned).sum();
  }

  private long tails() {
    long bytes = 0;
    for (TensorInfo tensor : file.tensors()) {
      int dimensions = tensor.shape().size();
      if (dimensions == 2 && tensor.rows() % Scratch.GROUP != 0) {
        bytes += aligned(Scratch.GROUP * tensor.type().rowBytes(tensor.cols()));
      } else if (dimensions > 2 && tensor.shape().get(1) % Scratch.GROUP != 0) {
        long each = aligned(Scratch.GROUP * tensor.type().rowBytes(tensor.cols()));
        bytes += tensor.rows() / tensor.shape().get(1) * each;
      }
    }
    return bytes;
  }

  /** A mixture's layer is a list of its own. */
  private long lists() {
    ModelConfig.Experts experts = config.experts();
    long commands =
        experts.count() == 0
            ? (long) COMMANDS_OF_LAYER * config.layers()
            : COMMANDS_OF_LAYER
                + COMMANDS_OF_EXPERT * (long) experts.count()
                + 3L * batch * experts.used();
    return CommandList.bytes(commands);
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
