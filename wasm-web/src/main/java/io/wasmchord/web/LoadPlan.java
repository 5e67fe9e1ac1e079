package io.wasmchord.web;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationPlan;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.session.Requirements;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.simd.SimdBuffers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model will lie in memory; known from its header alone.
 *
 * @param context tokens
 * @param batch tokens that are fed together
 * @param bytes what it takes, the engine included, in all memories together
 * @param layers which of them each memory has; all in one where they pass through slots
 * @param gpu what of it the GPU has, beside {@code bytes}; or null
 */
record LoadPlan(
    int context, int batch, Footprint bytes, LayerGroups layers, @Nullable GpuPlan gpu) {
  private static final int MOST_BATCH =
      128; // unpacking a panel of weights is shared by so many tokens
  private static final int LEAST_BATCH = 16;
  private static final long BATCHED_BYTES = 1L << 37; // of weights times tokens: about a second
  private static final long ENGINE = Bank.Main.BASE + (256 << 10); // TeaVM's part and the kernels
  private static final int ALIGNMENT = 64;
  private static final long PASSING = 32 << 20; // on the way to a GPU and back
  private static final int LAYER_ALIGNMENTS = 1024; // of a layer's weights and cache

  /**
   * Plans a load.
   *
   * @throws InvalidRequestException when the model was trained for a shorter context
   * @throws OutOfMemoryException when not even one layer at a time fits
   */
  static LoadPlan of(Residency model, LoadRequest request) {
    int context = request.context(model.config());
    Requirements.contextLength(model.config(), context);
    return new Planner(model, request, context).plan();
  }

  /** How many tokens of a model with such weights are fed together. */
  static int batch(long weightBytes) {
    int batch = MOST_BATCH;
    while (batch > LEAST_BATCH && batch * weightBytes > BATCHED_BYTES) {
      batch /= 2;
    }
    return batch;
  }

  boolean streamed() {
    return bytes.streamed();
  }

  /**
   * What a page is told.
   *
   * @param draft bytes of a model beside it
   */
  JsonObject describe(LoadRequest request, long draft) {
    return JsonObject.builder()
        .put("gpu", gpu == null ? JsonValue.ofNull() : gpu.describe())
        .put(
            "mode",
            streamed()
                ? "streamed"
                : gpu != null ? "gpu" : layers.size() > 1 ? "banks" : "resident")
        .put("fits", !streamed())
        .put("contextLength", context)
        .put("weightBytes", bytes.weights())
        .put("kvCache", request.cache().type().label())
        .put("kvCacheBytes", bytes.kvCache())
        .put("parallel", request.parallel())
        .put("scratchBytes", bytes.scratch())
        .put("draftBytes", draft)
        .put("totalBytes", bytes.total() + draft)
        .put("grantedBytes", request.granted())
        .put("memories", gpu == null ? layers.size() : 1)
        .put("slots", bytes.slots())
        .put("slotBytes", bytes.slotBytes())
        .build();
  }

  private static final class Planner {
    private final Residency model;
    private final ModelConfig config;
    private final LoadRequest request;
    private final int context;
    private final int batch;
    private final KvSpec cache;

    Planner(Residency model, LoadRequest request, int context) {
      this.model = model;
      this.config = model.config();
      this.request = request;
      this.context = context;
      this.batch = LoadPlan.batch(model.bytes(ALIGNMENT));
      this.cache = cache(context);
    }

    /** Bytes of the caches of all sequences. */
    private long caches(KvSpec each) {
      return request.parallel(config) * each.bytes();
    }

    private KvSpec cache(int positions) {
      return CacheShape.of(config, positions, request.cache(), batch);
    }

    LoadPlan plan() {
      if (request.onGpu()) {
        return onGpu();
      }
      LayerGroups one = LayerGroups.one(config.layers());
      if (whole(one).total() <= request.limit()) {
        LayerGroups groups = groups();
        Footprint bytes = whole(groups);
        if (bytes.total() <= request.limit()) {
          return new LoadPlan(context, batch, bytes, groups, null);
        }
      }
      return new LoadPlan(context, batch, streamed(), one, null);
    }

    /** The GPU's layers, and behind them those of the engine's own memory. */
    private LoadPlan onGpu() {
      int layers = GpuPlan.layers(config, request.gpuLayers());
      boolean all = layers == config.layers();
      LayerGroups groups =
          all
              ? LayerGroups.one(layers)
              : new LayerGroups(List.of(layers, config.layers() - layers));
      List<TensorInfo> tensors = model.tensors(groups, 0);
      GpuPlan gpu =
          GpuPlan.of(config, tensors, cache(groups, 0), groups, request.parallel(config), batch);
      long weights =
          tensors.stream()
              .filter(GpuPlan::staysWithEngine)
              .mapToLong(tensor -> tensor.bytes() + ALIGNMENT)
              .sum();
      long kvCache = 0;
      long scratch = ENGINE + PASSING;
      if (!all) {
        weights += model.tensors(groups, 1).stream().mapToLong(t -> t.bytes() + ALIGNMENT).sum();
        kvCache = caches(cache(groups, 1));
        scratch += scratch(groups, 1);
      }
      Footprint bytes = new Footprint(weights, weights, kvCache, scratch, 0, 0);
      if (bytes.total() > Math.min(request.limit(), request.bankBytes())) {
        throw tooLarge(request.limit(), bytes);
      }
      return new LoadPlan(context, batch, bytes, groups, gpu);
    }

    private Footprint whole(LayerGroups groups) {
      long kvCache = 0;
      long scratch = 0;
      for (int group = 0; group < groups.size(); group++) {
        kvCache += caches(cache(groups, group));
        scratch += scratch(groups, group);
      }
      return Footprint.whole(model, ALIGNMENT, kvCache, scratch);
    }

    private KvSpec cache(LayerGroups groups, int group) {
      return CacheShape.part(config, cache, groups.first(group), groups.end(group));
    }

    /** Everything but weights and cache, of one memory. */
    private long scratch(LayerGroups groups, int group) {
      boolean first = group == 0;
      ActivationPlan activations =
          first ? ActivationPlan.first(config, batch) : ActivationPlan.further(config, batch);
      KvSpec part = cache(groups, group);
      int layers =
          config.rare().loops().exist() ? part.layers().size() : groups.counts().get(group);
      return (first ? ENGINE : Bank.Further.BASE)
          + activations.bytes(ALIGNMENT)
          + kernelBuffers(model.tensors(groups, group), part, layers);
    }

    private long kernelBuffers(List<TensorInfo> tensors, KvSpec part, int layers) {
      return new SimdBuffers(tensors, config, part, layers, batch, request.parallel(config))
          .bytes(request.threads());
    }

    /** Whole layers to each memory, in order, as many as it holds. */
    private LayerGroups groups() {
      LayerGroups one = LayerGroups.one(config.layers());
      if (taken(one, 0) <= request.bankBytes()) {
        return one;
      }
      List<Integer> counts = new ArrayList<>(List.of(0));
      for (int layer = 0; layer < config.layers(); ) {
        int more = config.together(layer);
        if (!fitsLast(counts, more)) {
          require(counts.getLast() > 0 || counts.size() == 1, counts, more);
          counts.add(0);
          require(fitsLast(counts, more), counts, more);
        }
        counts.set(counts.size() - 1, counts.getLast() + more);
        layer += more;
      }
      return new LayerGroups(counts);
    }

    private boolean fitsLast(List<Integer> counts, int more) {
      return takenByLast(counts, more) <= request.bankBytes();
    }

    private long takenByLast(List<Integer> counts, int more) {
      List<Integer> grown = new ArrayList<>(counts);
      grown.set(grown.size() - 1, grown.getLast() + more);
      return taken(new LayerGroups(grown), grown.size() - 1);
    }

    /** What a memory takes in all. */
    private long taken(LayerGroups groups, int group) {
      long bytes = group == 0 ? model.outsideBytes(ALIGNMENT) : 0;
      for (int layer = groups.first(group); layer < groups.end(group); layer++) {
        bytes += model.layers().bytes(layer) + LAYER_ALIGNMENTS;
      }
      return bytes + caches(cache(groups, group)) + scratch(groups, group);
    }

    private void require(boolean ok, List<Integer> counts, int more) {
      if (!ok) {
        throw new OutOfMemoryException(
            "a layer, its part of the KV cache and scratch take "
                + takenByLast(counts, more)
                + " bytes, more than one WebAssembly memory holds; choose a shorter context");
      }
    }

    private Footprint streamed() {
      long limit = Math.min(request.limit(), request.bankBytes());
      long scratch =
          ENGINE
              + ActivationPlan.streamed(model, batch).bytes(ALIGNMENT)
              + kernelBuffers(model.file().tensors(), cache, 1) // each layer is a list of its own
              + row();
      Footprint bytes = Footprint.streamed(model, ALIGNMENT, caches(cache), scratch, limit);
      if (bytes.total() > limit) {
        throw tooLarge(limit, bytes);
      }
      return bytes;
    }

    /** A row that is looked up, on its way from the file. */
    private long row() {
      return model.allLookedUp().stream()
          .mapToLong(t -> t.type().rowBytes(t.cols()) + ALIGNMENT)
          .max()
          .orElse(0);
    }

    private OutOfMemoryException tooLarge(long limit, Footprint least) {
      int longest = longest(limit - (least.total() - least.kvCache()));
      boolean several = request.parallel(config) > 1;
      String remedy =
          longest > 0
              ? "choose a context of at most "
                  + longest
                  + " tokens"
                  + (several ? ", or less than parallel: " + request.parallel() : "")
              : "choose a smaller model or a larger memoryBudget";
      return new OutOfMemoryException(
          model.file().fileName()
              + " needs at least "
              + least.total()
              + " bytes with a context of "
              + context
              + (several ? " tokens, " + request.parallel() + " times" : " tokens")
              + ", one layer at a time; "
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
        if (caches(cache(64 * middle)) <= bytes) {
          fits = middle;
        } else {
          over = middle;
        }
      }
      return 64 * fits;
    }
  }
}
