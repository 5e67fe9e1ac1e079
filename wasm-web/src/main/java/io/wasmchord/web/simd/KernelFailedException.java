package io.wasmchord.web.simd;

import io.wasmchord.errors.ChordException;

/** A kernel thread was lost; the model cannot go on. */
public final class KernelFailedException extends ChordException {
  KernelFailedException() {
    super(
        "worker_lost",
        "a worker thread of the engine was lost, perhaps because the browser ran out of memory;"
            + " load the model again");
  }
}
