package io.wasmchord.web;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.SimdBackend;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The emitted kernels of one model, and of one that proposes tokens for it.
 *
 * @param bytes the module in linear memory, for the host to compile
 * @param controls what the threads share, in each memory
 */
public record Kernels(
    KernelModule module, LinearMemory bytes, List<LinearMemory> controls, int threads) {
  static Kernels emit(
      List<GgufFile> files,
      boolean relaxed,
      boolean shared,
      int threads,
      List<LinearAllocator> banks) {
    Set<TensorType> types = EnumSet.of(TensorType.F32); // adapters' too
    for (GgufFile file : files) {
      for (TensorInfo tensor : file.tensors()) {
        if (KernelModule.supports(tensor.type())) { // a matrix may have one row, as a router of one
          types.add(tensor.type());
        }
      }
    }
    KernelModule module = KernelModule.emit(types, relaxed, shared);
    byte[] code = module.bytes();
    LinearMemory bytes = banks.getFirst().allocate(code.length);
    bytes.putBytes(0, code, 0, code.length);
    List<LinearMemory> controls = new ArrayList<>();
    for (LinearAllocator bank : banks) {
      controls.add(bank.allocate(ControlLayout.BYTES));
    }
    return new Kernels(module, bytes, List.copyOf(controls), threads);
  }

  /** What the host needs to compile the module and to start its threads. */
  JsonObject describe() {
    List<JsonValue> places = new ArrayList<>();
    for (LinearMemory control : controls) {
      places.add(JsonValue.of(control.address() & 0xFFFFFFFFL));
    }
    return JsonObject.builder()
        .put("address", bytes.address() & 0xFFFFFFFFL)
        .put("bytes", bytes.size())
        .put("controls", JsonValue.of(places))
        .put("failed", ControlLayout.FAILED)
        .put("generation", ControlLayout.GENERATION)
        .put("epoch", ControlLayout.EPOCH)
        .put("list", ControlLayout.LIST)
        .build();
  }

  /** Gives all memory back, for a browser that cannot compile the module. */
  void drop(List<LinearAllocator> banks) {
    banks.getFirst().release(bytes);
    for (int i = 0; i < controls.size(); i++) {
      banks.get(i).release(controls.get(i));
    }
  }

  /** The backends that use the compiled module; the module's bytes are given back. */
  List<SimdBackend> backends(List<LinearAllocator> banks) {
    banks.getFirst().release(bytes);
    List<SimdBackend> backends = new ArrayList<>();
    for (int i = 0; i < controls.size(); i++) {
      int bank = i;
      backends.add(
          new SimdBackend(
              banks.get(i),
              module,
              controls.get(i),
              SimdBackend.Threads.of(threads),
              (control, list) -> Host.run(bank, control.address(), list.address()) == 0));
    }
    return backends;
  }
}
