package io.wasmchord.web;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.web.gpu.KernelVariant;
import io.wasmchord.web.gpu.Referee;
import io.wasmchord.web.memory.LinearAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One model in one worker: header, plan, weights, then requests. Results are JSON texts; the
 * worker's JavaScript drives it.
 */
final class Engine {
  private final LinearAllocator allocator = new LinearAllocator();
  private final PendingHeader draftHeader = new PendingHeader(allocator);
  private EngineStage stage = new PendingHeader(allocator);
  private @Nullable ModelHeader draft; // of a smaller model beside it

  /**
   * The stage that a call is of.
   *
   * @throws InvalidRequestException when the engine is at another
   */
  private <T extends EngineStage> T at(Class<T> type) {
    if (!type.isInstance(stage)) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    return type.cast(stage);
  }

  /** A buffer for the first {@code bytes} bytes of a file; replaces the one given before. */
  int headerBuffer(int bytes) {
    return header().buffer(bytes);
  }

  /** The header that comes next: the model's, then a draft model's. */
  private PendingHeader header() {
    return stage instanceof ModelHeader ? draftHeader : at(PendingHeader.class);
  }

  /**
   * Parses what lies in the header's buffer: the file's, or the next split's. With the last one it
   * checks that the model can be run, before more is fetched. What comes after it is the header of
   * a draft model, which is to fit the model.
   *
   * @param normalized whether text is normalized where the model's authors do so
   */
  String parseHeader(double fileSize, String name, boolean normalized) {
    PendingHeader header = header();
    GgufFile split = header.parse((long) fileSize, name);
    if (split == null) {
      return JsonObject.of("complete", JsonValue.of(false)).toString();
    }
    GgufFile whole = header.whole();
    if (whole != null) {
      took(ModelHeader.of(whole, normalized ? Normalization.AUTHORS : Normalization.NONE));
    }
    return JsonObject.builder()
        .put("complete", true)
        .put("splits", header.count())
        .put("end", split.dataOffset() + split.dataBytes())
        .build()
        .toString();
  }

  private void took(ModelHeader header) {
    if (stage instanceof ModelHeader model) {
      PlannedDraft.fits(header, model);
      draft = header;
    } else {
      stage = header;
    }
  }

  /** Decides how the model will lie in memory; once more when something is wanted otherwise. */
  String plan(LoadRequest wanted) {
    ModelHeader header =
        stage instanceof PlannedModel before ? before.header() : at(ModelHeader.class);
    PlannedModel planned = header.plan(wanted, draft);
    stage = planned;
    return planned.describe().toString();
  }

  /**
   * Compares the GPU with plain code before the model is trusted to it.
   *
   * @return which kernels give the same bits, or null, and which commands others gave other bits
   *     for
   */
  String referee() {
    PlannedModel refereed = at(PlannedModel.class).refereed(allocator);
    stage = refereed;
    Referee.Verdict verdict = Objects.requireNonNull(refereed.verdict());
    KernelVariant kernels = verdict.kernels();
    return JsonObject.builder()
        .put("kernels", kernels == null ? JsonValue.ofNull() : JsonValue.of(kernels.name()))
        .put("differing", JsonValue.of(String.join(", ", verdict.differing())))
        .build()
        .toString();
  }

  /** Takes the planned memory, into which the worker then streams the weights. */
  String place() {
    PlacedModel placed = at(PlannedModel.class).place(allocator);
    stage = placed;
    return placed.describe().toString();
  }

  /**
   * Emits the kernels that the model needs, to be compiled by the host.
   *
   * @param threads how many will run them; one where memory is not shared
   * @return where the module's bytes lie, and where the threads' control areas
   */
  String emitKernels(Kernels.Variant variant, int threads) {
    return at(PlacedModel.class).emitKernels(variant, threads).describe().toString();
  }

  /** Does without the kernels that were emitted. */
  void dropKernels() {
    at(PlacedModel.class).dropKernels();
  }

  /** Makes the model of header and weights. */
  String load() {
    LoadedEngine loaded = at(PlacedModel.class).load();
    stage = loaded;
    return loaded.describe().toString();
  }

  /** What can be asked of a model that is loaded. */
  LoadedEngine loaded() {
    return at(LoadedEngine.class);
  }
}
