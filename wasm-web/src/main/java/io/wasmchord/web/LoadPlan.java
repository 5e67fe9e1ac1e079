package io.wasmchord.web;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationPlan;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.session.Requirements;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.simd.SimdRooms;
import java.util.ArrayList;
import java.util.List;

/**
 * How a model will lie in memory; known from its header alone.
 *
 * @param context tokens
 * @param weights bytes of weights in the file
 * @param kvCache bytes of keys and values
 * @param scratch bytes of everything else: activations, logits, the kernels' rooms, the engine
 * @param outside bytes of the weights that belong to no layer and stay in memory
 * @param layers how many layers each memory holds; empty where they pass through slots
 * @param slots through which layers pass, or 0 where all stay in memory
 * @param slotBytes bytes of each
 */
record LoadPlan(
    int context,
    int batch,
    long weights,
    long kvCache,
    long scratch,
    long outside,
    List<Integer> layers,
    int slots,
    long slotBytes) {
  private static final int MOST_BATCH =
      128; // unpacking a panel of weights is shared by so many tokens
  private static final int LEAST_BATCH = 16;
  private static final long BATCHED_BYTES = 1L << 37; // of weights times tokens: about a second
  private static final long ENGINE = Bank.Main.BASE + (256 << 10); // TeaVM's part and the kernels
  private static final int ALIGNMENT = 64;

  /**
   * Plans a load.
   *
   * @throws InvalidRequestException when the model was trained for a shorter context
   * @throws OutOfMemoryException when not even one layer at a time fits
   */
  static LoadPlan of(GgufFile file, ModelConfig config, LoadRequest request) {
    int context = request.context(config);
    Requirements.contextLength(config, context);
    return new Planner(file, config, request, context).plan();
  }

  /** Bytes in memory while the model computes. */
  long total() {
    long inMemory = slots == 0 ? weights : outside + slots * slotBytes;
    return inMemory + kvCache + scratch;
  }

  boolean streamed() {
    return slots > 0;
  }

  JsonObject describe(LoadRequest request) {
    return JsonObject.builder()
        .put("mode", streamed() ? "streamed" : layers.size() > 1 ? "banks" : "resident")
        .put("fits", !streamed())
        .put("contextLength", context)
        .put("weightBytes", weights)
        .put("kvCache", request.cacheType().label())
        .put("kvCacheBytes", kvCache)
        .put("scratchBytes", scratch)
        .put("totalBytes", total())
        .put("grantedBytes", request.granted())
        .put("memories", Math.max(1, layers.size()))
        .put("slots", slots)
        .put("slotBytes", slotBytes)
        .build();
  }

  private static final class Planner {
    private final GgufFile file;
    private final ModelConfig config;
    private final LoadRequest request;
    private final int context;
    private final int batch;
    private final KvSpec cache;
    private final long scratch;
    private final LayerMap map;

    Planner(GgufFile file, ModelConfig config, LoadRequest request, int context) {
      this.file = file;
      this.config = config;
      this.request = request;
      this.context = context;
      this.batch = batch(file.dataBytes());
      this.map = LayerMap.of(file, config.layers());
      this.cache = cache(context);
      this.scratch = scratch(ActivationPlan.first(config, batch));
    }

    private KvSpec cache(int positions) {
      return CacheShape.of(config, positions, request.cacheType(), batch);
    }

    private static int batch(long weightBytes) {
      int batch = MOST_BATCH;
      while (batch > LEAST_BATCH && batch * weightBytes > BATCHED_BYTES) {
        batch /= 2;
      }
      return batch;
    }

    /** Everything but weights and cache. */
    private long scratch(ActivationPlan activations) {
      long kernels = new SimdRooms(file, config, cache, batch).bytes(request.threads());
      return ENGINE + activations.bytes(ALIGNMENT) + kernels;
    }

    LoadPlan plan() {
      long kvCache = cache.bytes();
      long weights = file.dataBytes();
      boolean fits = weights + kvCache + scratch <= request.limit();
      if (fits) {
        return new LoadPlan(
            context, batch, weights, kvCache, scratch, outside(true), banks(), 0, 0);
      }
      return streamed(kvCache, weights);
    }

    /** Bytes outside of the layers that stay in memory. */
    private long outside(boolean all) {
      boolean tied = file.tensor("output.weight") == null;
      long bytes = 0;
      for (TensorInfo tensor : file.tensors()) {
        boolean lookup = tensor.name().equals("token_embd.weight") && !tied;
        if (LayerMap.layerOf(tensor.name()) < 0 && (all || !lookup)) {
          bytes += tensor.bytes() + 64;
        }
      }
      return bytes;
    }

    /** A row of the embedding on its way from the file. */
    private long lookup() {
      TensorInfo embedding = file.tensor("token_embd.weight");
      return embedding == null ? 0 : embedding.type().rowBytes(embedding.cols()) + ALIGNMENT;
    }

    /** Whole layers to each memory, in order, as many as it holds. */
    private List<Integer> banks() {
      List<Integer> banks = new ArrayList<>();
      long used = outside(true) + scratch;
      int count = 0;
      for (int layer = 0; layer < config.layers(); layer++) {
        long bytes = map.bytes(layer) + cache.bytes(config.encoder() ? 0 : layer) + 1024;
        if (used + bytes > request.bankBytes()) {
          require(count > 0 || banks.isEmpty(), used + bytes);
          banks.add(count);
          used = scratch;
          count = 0;
          require(used + bytes <= request.bankBytes(), used + bytes);
        }
        used += bytes;
        count++;
      }
      banks.add(count);
      return List.copyOf(banks);
    }

    private static void require(boolean ok, long bytes) {
      if (!ok) {
        throw new OutOfMemoryException(
            "a layer, its part of the KV cache and scratch take "
                + bytes
                + " bytes, more than one WebAssembly memory holds; choose a shorter context");
      }
    }

    private LoadPlan streamed(long kvCache, long weights) {
      long slotBytes = (map.slotBytes() + 63) / 64 * 64;
      long limit = Math.min(request.limit(), request.bankBytes());
      long outside = outside(false);
      long scratch = scratch(ActivationPlan.streamed(file, config, batch)) + lookup();
      long fixed = outside + kvCache + scratch;
      long slots = Math.min(config.layers(), (limit - fixed) / Math.max(1, slotBytes));
      if (slots < 1) {
        throw tooLarge(limit, outside + scratch + slotBytes, fixed + slotBytes);
      }
      return new LoadPlan(
          context, batch, weights, kvCache, scratch, outside, List.of(), (int) slots, slotBytes);
    }

    private OutOfMemoryException tooLarge(long limit, long withoutKv, long least) {
      int longest = longest(limit - withoutKv);
      String remedy =
          longest > 0
              ? "choose a context of at most " + longest + " tokens"
              : "choose a smaller model or a larger memoryBudget";
      return new OutOfMemoryException(
          file.fileName()
              + " needs at least "
              + least
              + " bytes with a context of "
              + context
              + " tokens, one layer at a time; "
              + limit
              + " are granted: "
              + remedy);
    }

    /** The longest context, in steps of 64 tokens, whose keys and values take at most so much. */
    private int longest(long bytes) {
      int fits = 0;
      int over = context / 64 + 1;
      while (over - fits > 1) {
        int middle = (fits + over) / 2;
        if (cache(64 * middle).bytes() <= bytes) {
          fits = middle;
        } else {
          over = middle;
        }
      }
      return 64 * fits;
    }
  }
}
