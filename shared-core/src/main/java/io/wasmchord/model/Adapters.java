package io.wasmchord.model;

import io.wasmchord.backend.KvCache;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.weights.WeightSource;
import java.util.List;

/**
 * The LoRA adapters of a model. They lie beside its weights, which stay as they are: a product
 * {@code y = W x} becomes {@code y = W x + factor * B (A x)} with {@code factor = scale * alpha /
 * rank}. Several may be applied together, in the order in which they are named.
 *
 * <p>A sequence keeps the adapters with which it was begun at position 0, whatever is chosen
 * meanwhile. One that is to go on with others begins anew: {@link Model#resumesAt} gives 0.
 */
public interface Adapters {
  /**
   * Reads an adapter into memory. The file is not needed afterwards.
   *
   * @param source the file's bytes
   * @param name for messages, and for those who choose it; of all that are loaded its own
   * @param room bytes that all adapters together may take
   * @throws io.wasmchord.errors.InvalidAdapterException when the file is no adapter, or none of
   *     this model
   * @throws io.wasmchord.errors.UnsupportedAdapterException when this version cannot apply all of
   *     it
   * @throws io.wasmchord.errors.InvalidRequestException when an adapter has that name already
   * @throws io.wasmchord.errors.OutOfMemoryException when there is no room
   */
  Adapter load(GgufFile file, WeightSource source, String name, long room);

  /**
   * Gives an adapter's memory back; nothing happens where that was done. Whatever has chosen it is
   * refused until it chooses others.
   */
  void unload(Adapter adapter);

  /** All that are loaded, in order. */
  List<Adapter> loaded();

  /**
   * Chooses adapters for all sequences that have not chosen their own; for those that begin from
   * now on.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when one was unloaded, is named twice, or
   *     has a scale that is not finite
   */
  void use(List<AdapterScale> adapters);

  /** What {@link #use(List)} chose. */
  List<AdapterScale> used();

  /**
   * Chooses adapters for one sequence, from the next time that it begins.
   *
   * @throws io.wasmchord.errors.InvalidRequestException as {@link #use(List)}
   */
  void use(KvCache cache, List<AdapterScale> adapters);

  /** Has a sequence follow {@link #use(List)} again. */
  void useDefault(KvCache cache);

  /**
   * Whether what a cache holds was computed with the adapters that its sequence would begin with.
   */
  boolean current(KvCache cache);

  /** Bytes of all adapters, and of what is needed to apply them. */
  long bytes();
}
