package io.wasmchord.weights;

import io.wasmchord.errors.WeightsUnavailableException;

/** Brings layers into slots of memory, in the background where the host can do that. */
public interface SlotLoader {
  /** Begins to bring a layer; the slot's earlier contents may be overwritten from now on. */
  void start(int layer, int slot);

  /** Whether the slot's layer has arrived; a failure counts as arrived. */
  boolean arrived(int slot);

  /**
   * Waits until the slot's layer has arrived.
   *
   * @throws WeightsUnavailableException when it cannot be read
   * @throws io.wasmchord.errors.CancelledException when the caller wants no more of it
   */
  void await(int slot);
}
