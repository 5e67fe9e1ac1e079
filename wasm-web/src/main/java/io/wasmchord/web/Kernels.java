package io.wasmchord.web;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.simd.SimdBackend;
import java.util.EnumSet;
import java.util.Set;

/**
 * The emitted kernels of one model.
 *
 * @param bytes the module in linear memory, for the host to compile
 * @param control what the threads share
 */
record Kernels(KernelModule module, LinearMemory bytes, LinearMemory control, int threads) {
  static Kernels emit(
      GgufFile file, boolean relaxed, boolean shared, int threads, LinearAllocator allocator) {
    Set<TensorType> types = EnumSet.noneOf(TensorType.class);
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.rows() > 1 && KernelModule.supports(tensor.type())) {
        types.add(tensor.type());
      }
    }
    KernelModule module = KernelModule.emit(types, relaxed, shared);
    byte[] code = module.bytes();
    LinearMemory bytes = allocator.allocate(code.length);
    bytes.putBytes(0, code, 0, code.length);
    return new Kernels(module, bytes, allocator.allocate(ControlLayout.BYTES), threads);
  }

  /** What the host needs to compile the module and to start its threads. */
  String describe() {
    return new Json()
        .put("address", bytes.address() & 0xFFFFFFFFL)
        .put("bytes", bytes.size())
        .put("control", control.address() & 0xFFFFFFFFL)
        .put("failed", ControlLayout.FAILED)
        .put("generation", ControlLayout.GENERATION)
        .toString();
  }

  /** Gives all memory back, for a browser that cannot compile the module. */
  void drop(LinearAllocator allocator) {
    allocator.release(bytes);
    allocator.release(control);
  }

  /** The backend that uses the compiled module; the module's bytes are given back. */
  SimdBackend backend(LinearAllocator allocator) {
    allocator.release(bytes);
    return new SimdBackend(allocator, module, control, SimdBackend.Threads.of(threads), Host::run);
  }
}
