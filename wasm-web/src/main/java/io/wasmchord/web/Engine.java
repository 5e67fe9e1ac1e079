package io.wasmchord.web;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.web.memory.LinearAllocator;

/**
 * One model in one worker: header, plan, weights, then requests. Results are JSON texts; the
 * worker's JavaScript drives it.
 */
final class Engine {
  private final LinearAllocator allocator = new LinearAllocator();
  private EngineStage stage = new PendingHeader(allocator);

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
    return at(PendingHeader.class).buffer(bytes);
  }

  /**
   * Parses what lies in the header's buffer: the file's, or the next split's. With the last one it
   * checks that the model can be run, before more is fetched.
   *
   * @param normalized whether text is normalized where the model's authors do so
   */
  String parseHeader(double fileSize, String name, boolean normalized) {
    PendingHeader header = at(PendingHeader.class);
    GgufFile split = header.parse((long) fileSize, name);
    if (split == null) {
      return JsonObject.of("complete", JsonValue.of(false)).toString();
    }
    GgufFile whole = header.whole();
    if (whole != null) {
      stage = ModelHeader.of(whole, normalized ? Normalization.AUTHORS : Normalization.NONE);
    }
    return JsonObject.builder()
        .put("complete", true)
        .put("splits", header.count())
        .put("end", split.dataOffset() + split.dataBytes())
        .build()
        .toString();
  }

  /** Decides how the model will lie in memory. */
  String plan(LoadRequest wanted) {
    PlannedModel planned = at(ModelHeader.class).plan(wanted);
    stage = planned;
    return planned.describe().toString();
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
